// The reader of pages against `parseListing`, of which it is the fast way: they say the same of every body, in whatever pieces it comes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childOf } from "../../../../daemon/sources/azure/entry.js";
import { parseListing } from "../../../../daemon/sources/azure/listing.js";
import { ListedChild } from "../../../../daemon/sources/azure/listed-child.js";
import { ListingReader, type ReadPage } from "../../../../daemon/sources/azure/listing-reader.js";
import { MalformedXml } from "../../../../daemon/sources/azure/xml.js";
import type { SourceChild } from "../../../../daemon/sources/source.js";

const PARENT = ["folder"];

function inPieces(body: Buffer, sizes: readonly number[]): ReadPage {
  const reader = new ListingReader(PARENT);
  for (let at = 0, piece = 0; at < body.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1;
    reader.push(body.subarray(at, at + size));
    at += size;
  }
  return reader.finish();
}

/** Everything that anybody can ask of a child. */
function told(child: SourceChild): unknown {
  if (child.kind === "unreadable") return { ...child, error: child.error.message };
  const { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, metadata } = child;
  return { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, metadata };
}

function outcome(work: () => ReadPage): unknown {
  try {
    const { children, nextMarker } = work();
    return { children: children.map(told), nextMarker };
  } catch (error) {
    if (error instanceof MalformedXml) return "malformed";
    throw error;
  }
}

const reference = (body: Buffer): ReadPage => {
  const { nodes, nextMarker } = parseListing(body.toString("utf8"));
  return { children: nodes.map((node) => childOf(PARENT, node)), nextMarker };
};

const expectSame = (body: Buffer, sizes: readonly number[]): void => {
  expect(outcome(() => inPieces(body, sizes))).toEqual(outcome(() => reference(body)));
};

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&#60;", ">": "&#x3e;" })[one] ?? one);

const two = (most: number, least = 0) => fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, "0"));
const anyTime = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 1999, max: 2290 }),
        two(13),
        two(32),
        two(24),
        two(60),
        two(60),
        fc.integer({ min: 0, max: 9_999_999 }),
      )
      .map(
        ([year, month, day, hour, minute, second, ticks]) =>
          `${year}-${month}-${day}T${hour}:${minute}:${second}.${String(ticks).padStart(7, "0")}Z`,
      ),
  },
  fc.constantFrom("", "2026-11-20T10:00:00Z", "1601-01-01T00:00:00.0000000Z", "soon", "2026-02-29T00:00:00.0000001Z"),
);
const anyText = fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[ -~]*$/));
const element = (name: string, content: fc.Arbitrary<string>) =>
  fc
    .tuple(content, fc.constantFrom("", "", "", " ", "\r\n  "), fc.integer({ min: 0, max: 30 }))
    .map(([text, space, form]) => {
      if (form === 0) return `<${name} />${space}`;
      if (form === 1) return `<${name}><![CDATA[${text}]]></${name}>${space}`;
      if (form === 2) return `<${name} kind="x">${text}</${name} >${space}`;
      if (form === 3) return `<!-- ${name} --><${name}>${text}</${name}>`;
      return `<${name}>${text}</${name}>${space}`;
    });
const anyName = fc.oneof(
  { weight: 3, arbitrary: anyText.map((text) => `<Name>${escaped(text)}</Name>`) },
  fc.constantFrom(
    "<Name>a.docx</Name>",
    "<Name>..</Name>",
    "<Name>.</Name>",
    "<Name>...</Name>",
    "<Name>a/b</Name>",
    "<Name> x </Name>",
  ),
  anyText.map((text) => `<Name Encoded="true">${escaped(encodeURIComponent(text))}</Name>`),
  fc.constant('<Name Encoded="true">%E4</Name>'),
);
const anyProperty = fc.oneof(
  element(
    "Content-Length",
    fc.oneof(fc.nat().map(String), fc.constantFrom("007", "1e3", "", "99999999999999999", "0")),
  ),
  ...["CreationTime", "LastAccessTime", "LastWriteTime", "ChangeTime"].map((name) => element(name, anyTime)),
  element("Last-Modified", fc.constantFrom("Fri, 20 Nov 2026 10:00:02 GMT", "never")),
  element(
    "Etag",
    fc.constantFrom('"0x8DD"', "&quot;0x8DD&quot;", "0x8DD", 'W/"0x8"', '""', '"', '&quot;a"', "a&amp;b", '"a"b"'),
  ),
  element("New", anyText.map(escaped)),
);
const usual = fc
  .record({ written: anyTime, changed: anyTime, size: fc.nat() })
  .map(
    ({ written, changed, size }) =>
      `<Content-Length>${size}</Content-Length><CreationTime>2026-11-20T10:00:00.1234567Z</CreationTime>` +
      `<LastWriteTime>${written}</LastWriteTime><ChangeTime>${changed}</ChangeTime><Etag>"0x8DD0953BB2C8F2A"</Etag>`,
  );
const anyEntry = fc
  .record({
    kind: fc.constantFrom("File", "File", "Directory"),
    id: element("FileId", fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)),
    name: fc.oneof({ weight: 9, arbitrary: anyName }, fc.constant("")),
    properties: fc.oneof(
      { weight: 3, arbitrary: usual },
      fc.array(anyProperty).map((all) => all.join("")),
    ),
    attributes: fc.oneof(
      element("Attributes", fc.constantFrom("Archive", "ReadOnly | Archive", "", "ü")),
      fc.constant(""),
    ),
    key: fc.oneof(
      element("PermissionKey", fc.constantFrom("4099112195243312672*10394889115079208622", "a&amp;b")),
      fc.constant(""),
    ),
  })
  .map(
    ({ kind, id, name, properties, attributes, key }) =>
      `<${kind}>${id}${name}<Properties>${properties}</Properties>${attributes}${key}</${kind}>`,
  );
const anyBody = fc
  .record({
    mark: fc.constantFrom("\uFEFF", ""),
    head: fc.constantFrom(
      "<Marker /><Prefix />",
      '<Prefix Encoded="true">%3CEntries%3E</Prefix>',
      "<!-- <Entries> -->",
      "<Prefix><![CDATA[<Entries>]]></Prefix>",
    ),
    entries: fc.array(anyEntry, { maxLength: 8 }).map((all) => all.join("")),
    marker: fc.constantFrom(
      "<NextMarker />",
      "<NextMarker>a&amp;b</NextMarker>",
      "<NextMarker>x</NextMarker><!-- end -->",
    ),
  })
  .map(
    ({ mark, head, entries, marker }) =>
      `${mark}<?xml version="1.0" encoding="utf-8"?><EnumerationResults ShareName="docs" DirectoryPath="x">${head}<Entries>${entries}</Entries>${marker}</EnumerationResults>`,
  );
const anyPieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

describe("a page that is read as it arrives", () => {
  it("says of any listing what parsing the whole of it says", () => {
    fc.assert(
      fc.property(anyBody, anyPieces, (body, sizes) => expectSame(Buffer.from(body), sizes)),
      { numRuns: 300 },
    );
  });

  it("says the same of one that was cut short or garbled", () => {
    const harm = fc.record({
      at: fc.nat(),
      by: fc.constantFrom("", "<", ">", "&", "/", "\0", "File", "\xff", "<![CDATA["),
      less: fc.nat({ max: 12 }),
    });
    fc.assert(
      fc.property(
        anyBody,
        fc.array(harm, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        anyPieces,
        (whole, harms, isCut, sizes) => {
          let body = Buffer.from(whole);
          for (const { at, by, less } of harms) {
            const place = at % (body.length + 1);
            body = Buffer.concat([
              body.subarray(0, place),
              Buffer.from(by, "latin1"),
              isCut ? Buffer.alloc(0) : body.subarray(place + less),
            ]);
          }
          expectSame(body, sizes);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes what the service sends the fast way, quoted tags and letters beyond ASCII included", () => {
    const entry = (kind: string, name: string, etag: string): string =>
      `<${kind}><FileId>13835128424026341376</FileId><Name>${name}</Name><Properties><Content-Length>12</Content-Length>
      <CreationTime>2026-11-20T10:00:00.1234567Z</CreationTime><LastAccessTime>2026-11-20T10:00:01.0000001Z</LastAccessTime>
      <LastWriteTime>2024-02-29T10:00:02.7654321Z</LastWriteTime><ChangeTime>2026-12-31T23:59:59.9999999Z</ChangeTime>
      <Last-Modified>Fri, 20 Nov 2026 10:00:02 GMT</Last-Modified><Etag>${etag}</Etag></Properties>
      <Attributes>ReadOnly | Archive</Attributes><PermissionKey>4099112195243312672*10394889115079208622</PermissionKey></${kind}>`;
    const entries = [
      entry("File", "report.", '"0x8DD0953BB2C8F2A"'),
      entry("File", "Übersicht 🙂.xlsx", "&quot;0x8DD0953BB2C8F2A&quot;"),
      entry("Directory", "contracts", "0x8DD0953BB2C8F2A"),
    ].join("\n");
    const body = Buffer.from(
      `\uFEFF<EnumerationResults><Entries>${entries}</Entries><NextMarker /></EnumerationResults>`,
    );
    const { children } = inPieces(body, [100]);
    expect(children.every((child) => child instanceof ListedChild)).toBe(true);
    expectSame(body, [100]);
  });
});

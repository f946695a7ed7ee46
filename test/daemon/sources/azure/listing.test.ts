// The listing parser against what the service sends, and against what it never should.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTime } from "../../../../core/time.js";
import { childOf } from "../../../../daemon/sources/azure/entry.js";
import { parseListing } from "../../../../daemon/sources/azure/listing.js";
import { attributeOf, scanXml } from "../../../../daemon/sources/azure/xml.js";

const HEAD = `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://a/" ShareName="docs" DirectoryPath="x">`;
const page = (entries: string, marker = "<NextMarker />") =>
  `${HEAD}<Marker /><Prefix /><MaxResults>5000</MaxResults><Entries>${entries}</Entries>${marker}<DirectoryId>0</DirectoryId></EnumerationResults>`;

const FILE = `<File><FileId>13835128424026341376</FileId><Name>report.</Name><Properties><Content-Length>12</Content-Length>
<CreationTime>2026-11-20T10:00:00.1234567Z</CreationTime><LastAccessTime>2026-11-20T10:00:01.0000001Z</LastAccessTime>
<LastWriteTime>2026-11-20T10:00:02.7654321Z</LastWriteTime><ChangeTime>2026-11-20T10:00:03.9999999Z</ChangeTime>
<Last-Modified>Fri, 20 Nov 2026 10:00:02 GMT</Last-Modified><Etag>"0x8DD0953BB2C8F2A"</Etag></Properties>
<Attributes>ReadOnly | Archive</Attributes><PermissionKey>4099112195243312672*10394889115079208622</PermissionKey></File>`;

describe("parseListing", () => {
  it("reads every field, and every digit", () => {
    expect(parseListing(page(FILE)).nodes).toEqual([
      {
        kind: "file",
        name: "report.",
        rawName: "report.",
        fileId: "13835128424026341376",
        sizeBytes: 12,
        createdNs: parseTime("2026-11-20T10:00:00.1234567Z"),
        accessedNs: parseTime("2026-11-20T10:00:01.0000001Z"),
        writtenNs: parseTime("2026-11-20T10:00:02.7654321Z"),
        changedNs: parseTime("2026-11-20T10:00:03.9999999Z"),
        etag: "0x8DD0953BB2C8F2A",
        attributes: "ReadOnly | Archive",
        permissionKey: "4099112195243312672*10394889115079208622",
      },
    ]);
  });

  it("finds the marker, and the end", () => {
    expect(parseListing(page("", "<NextMarker>a&amp;b</NextMarker>")).nextMarker).toBe("a&b");
    expect(parseListing(page("")).nextMarker).toBeUndefined();
  });

  it("decodes names: percent where it says so, references always, spaces never trimmed", () => {
    const names = [
      `<Name Encoded="true">odd%EF%BF%BE%26</Name>`,
      `<Name Encoded="false">100%25</Name>`,
      `<Name>a&amp;b&#38;c&#x1F642;&lt;</Name>`,
      `<Name> padded </Name>`,
      `<Name Encoded='true'>%E4</Name>`,
    ];
    const entries = names.map((name) => `<Directory>${name}<FileId>1</FileId><Properties /></Directory>`).join("");
    const { nodes } = parseListing(page(entries));
    expect(nodes.map(({ name }) => name)).toEqual(["odd\uFFFE&", "100%25", "a&b&c🙂<", " padded ", undefined]);
  });

  it("takes an old service's listing, which says hardly anything", () => {
    const { nodes } = parseListing(
      page(`<File><Name>f</Name><Properties><Content-Length>3</Content-Length></Properties></File>`),
    );
    const [node] = nodes;
    if (node === undefined) throw new Error("no node");
    expect(childOf([], node)).toMatchObject({
      kind: "file",
      name: "f",
      sizeBytes: 3,
      mtimeNs: 0n,
      sourceId: undefined,
    });
  });

  it("makes a name no file system can hold an unreadable child with a sentence", () => {
    const bad = [
      `<Name Encoded="true">a%2Fb</Name>`,
      `<Name Encoded="true">a%00</Name>`,
      `<Name>..</Name>`,
      `<Name Encoded="true">%E4</Name>`,
    ];
    for (const name of bad) {
      const [node] = parseListing(page(`<Directory>${name}</Directory>`)).nodes;
      if (node === undefined) throw new Error("no node");
      const child = childOf(["folder"], node);
      expect(child).toMatchObject({ kind: "unreadable", error: { code: "NAME_UNUSABLE" } });
      expect(child.kind === "unreadable" && child.error.message).toMatch(
        /^The name of \/folder\/.* cannot be used: [^\0\n]+\.$/,
      );
    }
  });

  it("refuses every listing that was cut short", () => {
    const whole = page(FILE, "<NextMarker>more</NextMarker>");
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseListing(whole.slice(0, length))).toThrow(expect.objectContaining({ name: "MalformedXml" }));
    }
  });

  it("refuses what is no listing", () => {
    for (const body of [
      "",
      "oops",
      "<html><body>proxy</body></html>",
      "<a></b>",
      "<!DOCTYPE html><a/>",
      page("<File></File>"),
    ]) {
      expect(() => parseListing(body)).toThrow(expect.objectContaining({ name: "MalformedXml" }));
    }
  });
});

describe("scanXml", () => {
  it("gives back any text that was escaped", () => {
    const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const seen: string[] = [];
        scanXml(`<r a="${escape(text)}"><!-- <x> --><t>${escape(text)}</t></r>`, {
          open: (_, attributes) => {
            const value = attributeOf(attributes, "a");
            if (value !== undefined) seen.push(value);
          },
          close: (name, content) => {
            if (name === "t") seen.push(content);
          },
        });
        expect(seen).toEqual([text, text]);
      }),
    );
  });
});

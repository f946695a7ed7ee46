// Random shares and random edits of them, made through the real SDK, and all that a share holds read back for comparing.
import { createHash } from "node:crypto";
import type { ShareClient } from "@azure/storage-file-share";
import fc from "fast-check";
import { formatTime, type TimeNs } from "../../../../../core/time.js";
import { bytesOf } from "../../../../emulator/tests/fixture.js";

/** What is set of a node, by path from the share's root; a folder has no content. */
export interface ShareNode {
  readonly path: string;
  readonly content: { readonly sizeBytes: number; readonly fill: number; readonly hole: boolean } | undefined;
  readonly times: readonly [created: bigint, written: bigint];
  readonly attributes: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sddl: string | undefined;
  readonly contentType: string | undefined;
}

const NAMES = ["a", "B", "ü", "100%", "x y", "dot.", "a#b+c&d", "%41", "trail .", "ẞ", "\u{1F600}", "n".repeat(200)];
const SDDLS = ["O:SYG:SYD:(A;;FA;;;SY)", "O:BAG:BAD:(A;;FA;;;BA)(A;;FR;;;BU)", "O:SYG:SYD:(A;;0x1200a9;;;AU)"];

/** Of 100 ns, from 1990 to 2040. */
const time = fc.bigInt({ min: 6_311_520_000_000_000n, max: 22_089_888_000_000_000n }).map((ticks) => ticks * 100n);

const properties = fc.record({
  times: fc.tuple(time, time),
  metadata: fc.dictionary(fc.constantFrom("owner", "project", "x1"), fc.constantFrom("us", "v w", "1"), { maxKeys: 2 }),
  sddl: fc.option(fc.constantFrom(...SDDLS), { nil: undefined }),
});

const file = fc.record({
  content: fc.record({
    sizeBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 60_000, max: 5_000_000 })),
    fill: fc.integer({ min: 0, max: 255 }),
    hole: fc.boolean(),
  }),
  attributes: fc.constantFrom(
    "None",
    "Archive",
    "ReadOnly",
    "ReadOnly | Hidden | Archive",
    "System | NotContentIndexed",
  ),
  contentType: fc.option(fc.constantFrom("text/plain", "image/x-ü".normalize().replace("ü", "u")), { nil: undefined }),
});

const folder = fc.record({
  content: fc.constant(undefined),
  attributes: fc.constantFrom("Directory", "Hidden | Directory", "ReadOnly | Directory"),
  contentType: fc.constant(undefined),
});

const node = fc.tuple(properties, fc.oneof({ weight: 3, arbitrary: file }, { weight: 2, arbitrary: folder }));

/** Some nodes, each beneath an earlier folder or the root; names that differ by case alone are one. */
export const randomShare: fc.Arbitrary<readonly ShareNode[]> = fc
  .array(fc.tuple(node, fc.constantFrom(...NAMES), fc.nat()), { minLength: 1, maxLength: 14 })
  .map((drawn) => {
    const nodes = new Map<string, ShareNode>();
    for (const [[common, own], name, at] of drawn) {
      const folders = ["", ...[...nodes.values()].filter(({ content }) => !content).map(({ path }) => path)];
      const parent = folders[at % folders.length] ?? "";
      const path = parent === "" ? name : `${parent}/${name}`;
      if (!nodes.has(path.toUpperCase())) nodes.set(path.toUpperCase(), { path, ...common, ...own });
    }
    return [...nodes.values()];
  });

/** Something somebody does to a share: a place among what it has, and what. */
export type Damage = readonly [
  at: number,
  kind: "delete" | "bytes" | "longer" | "attributes" | "metadata" | "acl" | "add" | "touch",
];

export const randomDamage: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.tuple(
    fc.nat(),
    fc.constantFrom("delete", "bytes", "longer", "attributes", "metadata", "acl", "add", "touch" as const),
  ),
  { maxLength: 8 },
);

const asDate = (ns: bigint): Date => formatTime(ns as TimeNs, 7) as unknown as Date;
const none = { fileAttributes: "None" as never };

export async function fill(share: ShareClient, nodes: readonly ShareNode[]): Promise<void> {
  // Whatever is deleted, something stays that the snapshot has: a restore would refuse to delete everything else.
  await fileIn(share, "always there").create(0);
  for (const { path, content, metadata, sddl } of nodes) {
    const permission = sddl === undefined ? {} : { filePermission: sddl };
    if (!content) await share.getDirectoryClient(path).create({ metadata, ...permission });
    else {
      const client = fileIn(share, path);
      const { sizeBytes, fill: byte, hole } = content;
      await client.create(sizeBytes, { metadata, ...permission });
      const bytes = Buffer.alloc(Math.min(sizeBytes, 4 * 1024 * 1024), byte);
      if (sizeBytes > 0) await client.uploadRange(bytes, 0, bytes.length);
      if (hole && sizeBytes > 200_000) await client.clearRange(65_536, 65_536);
    }
  }
  // Deepest last, and then from the end: what comes into a folder may move its times.
  for (const { path, content, attributes, times, contentType } of nodes.toReversed()) {
    const [creationTime, lastWriteTime] = times.map(asDate);
    const common = {
      creationTime: creationTime ?? new Date(),
      lastWriteTime: lastWriteTime ?? new Date(),
      fileAttributes: attributes as never,
    };
    if (!content) await share.getDirectoryClient(path).setProperties(common);
    else {
      const fileHttpHeaders =
        contentType === undefined ? {} : { fileContentType: contentType, fileCacheControl: "no-cache" };
      await fileIn(share, path).setProperties({ ...common, fileHttpHeaders });
    }
  }
}

export async function damage(
  share: ShareClient,
  nodes: readonly ShareNode[],
  damages: readonly Damage[],
): Promise<void> {
  for (const [at, kind] of damages) {
    const picked = nodes[at % nodes.length];
    if (!picked) continue;
    const { path, content } = picked;
    // An earlier one may have taken it away.
    await harm(share, path, content !== undefined, kind).catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
    });
  }
}

async function harm(share: ShareClient, path: string, isFile: boolean, kind: Damage[1]): Promise<void> {
  const directory = share.getDirectoryClient(path);
  const client = isFile ? fileIn(share, path) : directory;
  if (kind === "delete") {
    await client.setProperties(none);
    await client.delete();
  } else if (kind === "attributes")
    await client.setProperties({ fileAttributes: (isFile ? "Hidden" : "System") as never });
  else if (kind === "metadata") await client.setMetadata({ other: "value" });
  else if (kind === "acl") await client.setProperties({ filePermission: "O:SYG:SYD:(A;;FR;;;WD)" });
  else if (kind === "touch") await client.setProperties({ lastWriteTime: "now" });
  else if (!isFile) {
    await directory.getDirectoryClient("too much").create();
    await directory
      .getDirectoryClient("too much")
      .getFileClient("x")
      .create(5, { fileAttributes: "ReadOnly" as never });
  } else if (kind === "add") await fileIn(share, `${path} (2)`).create(3);
  else {
    await client.setProperties(none);
    const { contentLength = 0 } = await fileIn(share, path).getProperties();
    if (kind === "longer") await fileIn(share, path).resize(contentLength + 100_000);
    else if (contentLength > 0) {
      // As somebody who hides it: the time stays.
      await fileIn(share, path).uploadRange(Buffer.from("X"), contentLength - 1, 1, {
        fileLastWrittenMode: "Preserve",
      });
    }
  }
}

function fileIn(share: ShareClient, path: string) {
  return share.rootDirectoryClient.getFileClient(path);
}

/** Headers that a new share must give anew, or that say nothing of the node. */
const OF_THE_SHARE =
  /^(etag|last-modified|date|connection|keep-alive|transfer-encoding|x-ms-(version|request-id|client-request-id|file-id|file-parent-id|lease-.*|type|server-encrypted)|server|accept-ranges|vary|access-control.*|content-length)$/;

/** All that the service tells of every node, by path, the root's times and attributes as well. */
export async function readShare(
  share: ShareClient,
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const found: Record<string, Record<string, string>> = {};
  const sddls = new Map<string, string>();
  const add = async (path: string, isFile: boolean): Promise<void> => {
    const client = isFile ? fileIn(share, path) : share.getDirectoryClient(path);
    const { headers } = (await client.getProperties())._response;
    const own: Record<string, string> = {};
    for (const { name, value } of headers.headersArray()) {
      if (!OF_THE_SHARE.test(name.toLowerCase())) own[name.toLowerCase()] = value;
    }
    const key = own["x-ms-file-permission-key"] ?? "";
    if (!sddls.has(key)) sddls.set(key, (await share.getPermission(key)).permission);
    own["x-ms-file-permission-key"] = sddls.get(key) ?? "";
    if (isFile) {
      const bytes = await bytesOf(await fileIn(share, path).download());
      own["content"] = `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
    }
    found[`/${path}`] = own;
  };
  const visit = async (folderPath: string): Promise<void> => {
    await add(folderPath, false);
    for await (const item of share.getDirectoryClient(folderPath).listFilesAndDirectories()) {
      const path = folderPath === "" ? item.name : `${folderPath}/${item.name}`;
      if (item.kind === "directory") await visit(path);
      else await add(path, true);
    }
  };
  await visit("");
  return found;
}

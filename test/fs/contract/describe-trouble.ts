// What a mount does when what it shows is damaged, lost, or out of reach for a while: never other data than was stored, one line in
// the log that names object and file, and everything well again as soon as the store is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, readdir, readlink, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { makeFolder, mountInChild, type MountedChild } from "../support/mounted.js";
import { ShareBuilder, type BuiltStore } from "../support/share-builder.js";
import type { TransportFacts } from "../support/transports.js";
import { directory, file, noise, symlink } from "../support/trees.js";
import { codeOf } from "./served-share.js";

const docs = { tenant: "acme", share: "docs" };
const LARGE = noise(5 * 1024 * 1024 + 3, "large");
const SMALL = noise(3000, "small");

/** `npm test` has each transport and each kind of store once, test/long all of both. */
export function describeTrouble({ name: transport }: TransportFacts, stores: readonly BuiltStore[]): void {
  describe.each(stores)(`trouble under a mount by ${transport}, store: %s`, (store) => {
    let folder: TemporaryDirectory;
    let child: MountedChild;
    let at: (path: string) => string;

    beforeEach(async (ctx) => {
      requireCapability(ctx, "fuse", ...(transport === "devfuse" ? (["root"] as const) : []));
      folder = await temporaryDirectory();
      await build(folder.path, store);
      child = await mountInChild({
        folder: folder.path,
        mountPoint: await makeFolder(folder.join("mnt")),
        shares: [docs],
        root: { kind: "share", share: docs },
        transport,
        store,
      });
      at = (path) => join(child.mountPoint, "latest", path);
    });
    afterEach(async () => {
      await child?.[Symbol.asyncDispose]();
      await folder?.[Symbol.asyncDispose]();
    });

    const objects = (kind: string): string => folder.join("store", "acme", "docs", kind);
    const filesIn = async (kind: string): Promise<readonly string[]> => {
      const entries = await readdir(objects(kind), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    };
    const linesAbout = (path: string): readonly string[] =>
      child
        .log()
        .split("\n")
        .filter((line) => line.startsWith("error: ") && line.includes(path));

    it.each([
      ["flipped", async (path: string) => writeFile(path, flipped(await readFile(path)))],
      ["cut off", async (path: string) => truncate(path, 700)],
      ["empty", (path: string) => truncate(path, 0)],
      ["missing", (path: string) => rm(path)],
    ])(
      "a bundle that is %s is EIO for the files in it, with one line each, and leaves all others alone",
      async (_how, harm) => {
        for (const bundle of await filesIn("bundles")) await harm(bundle);
        for (let n = 0; n < 3; n++) expect(await codeOf(readFile(at("dir/small")))).toBe("EIO");
        const lines = linesAbout(":/dir/small");
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(
          /acme\/docs@2026-11-20T10-00-00Z:\/dir\/small cannot be read: .*acme\/docs\/bundles\//,
        );
        expect((await stat(at("dir/small"))).size).toBe(SMALL.length);
        expect((await readdir(at("dir"))).toSorted()).toEqual(["empty", "large", "small"]);
        expect(Buffer.compare(await readFile(at("dir/large")), LARGE)).toBe(0);
        expect(await readFile(at("dir/empty"))).toHaveLength(0);
      },
    );

    it("a chunk that is missing is EIO there and nowhere else in the file", async () => {
      const blobs = (await filesIn("blobs")).toSorted();
      await rm(blobs.at(-1) ?? "");
      await using held = await open(at("dir/large"));
      const { buffer } = await held.read(Buffer.alloc(100_000), 0, 100_000, 0);
      expect(Buffer.compare(buffer, LARGE.subarray(0, 100_000))).toBe(0);
      expect(await codeOf(held.read(Buffer.alloc(10), 0, 3, LARGE.length - 3))).toBe("EIO");
      expect(linesAbout(":/dir/large")).toHaveLength(1);
      expect(linesAbout(":/dir/large")[0]).toMatch(/acme\/docs\/blobs\//);
    });

    it("a segment that is missing is EIO for what only it knows, and names, sizes and contents are there", async () => {
      for (const segment of await filesIn("segments")) await rm(segment);
      expect(await codeOf(readlink(at("link")))).toBe("EIO");
      expect(linesAbout(":/link")).toHaveLength(1);
      expect(linesAbout(":/link")[0]).toMatch(/acme\/docs\/segments\//);
      expect((await stat(at("dir/small"))).size).toBe(SMALL.length);
      expect(Buffer.compare(await readFile(at("dir/small")), SMALL)).toBe(0);
    });

    it("a store that goes away under a reader fails reads, and is read again when it comes back", async () => {
      await using held = await open(at("dir/large"));
      await held.read(Buffer.alloc(100), 0, 100, 0);
      await rename(folder.join("store"), folder.join("elsewhere"));
      expect(await codeOf(held.read(Buffer.alloc(100), 0, 100, 4 * 1024 * 1024))).toBe("EIO");
      expect(await codeOf(readFile(at("dir/small")))).toBe("EIO");
      expect((await readdir(at("dir"))).toSorted()).toEqual(["empty", "large", "small"]);
      await rename(folder.join("elsewhere"), folder.join("store"));
      expect(Buffer.compare(await held.readFile(), LARGE)).toBe(0);
      expect(Buffer.compare(await readFile(at("dir/small")), SMALL)).toBe(0);
      expect(Buffer.compare(await readFile(at("dir/large")), LARGE)).toBe(0);
    });

    it("a reader that is killed in the middle leaves the mount to others", async () => {
      for (let n = 0; n < 5; n++) {
        const reader = spawn("dd", [`if=${at("dir/large")}`, "of=/dev/null", "bs=4096"], { stdio: "ignore" });
        await once(reader, "spawn");
        const left = once(reader, "close");
        reader.kill("SIGKILL");
        await left;
      }
      expect(Buffer.compare(await readFile(at("dir/large")), LARGE)).toBe(0);
      expect(child.log()).not.toMatch(/^error/m);
    });
  });
}

async function build(folder: string, store: BuiltStore): Promise<void> {
  await using builder = await ShareBuilder.create(folder, docs, store);
  await builder.snapshot(
    new Map([
      ["dir", directory()],
      ["dir/large", file(LARGE)],
      ["dir/small", file(SMALL)],
      ["dir/empty", file("")],
      ["link", symlink("dir/small")],
      ...Array.from({ length: 20 }, (_, n) => [`file ${n}`, file(noise(2000, `${n}`))] as const),
    ]),
  );
}

/** With one bit other than it was in every hundred bytes. */
function flipped(bytes: Buffer): Buffer {
  for (let at = 50; at < bytes.length; at += 100) bytes[at] = (bytes[at] ?? 0) ^ 0x04;
  return bytes;
}

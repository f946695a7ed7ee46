// The levels above the snapshots as a mount shows them, while the store behind it changes.
import { cp, lstat, readFile, readdir, readlink, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { makeFolder, mountInChild, type MountedChild } from "../support/mounted.js";
import { ShareBuilder } from "../support/share-builder.js";
import { directory, file, noise } from "../support/trees.js";

const docs = { tenant: "acme", share: "docs" };
const photos = { tenant: "acme", share: "photos" };
const lost = { tenant: "beta", share: "lost" };

let folder: TemporaryDirectory;
let mountPoint: string;

beforeEach(async (ctx) => {
  requireCapability(ctx, "fuse");
  folder = await temporaryDirectory();
  mountPoint = await makeFolder(folder.join("mnt"));
});
afterEach(async () => folder?.[Symbol.asyncDispose]());

const mount = (options: object = {}): Promise<MountedChild> =>
  mountInChild({
    folder: folder.path,
    mountPoint,
    shares: [docs, photos, lost],
    root: { kind: "everything" },
    ...options,
  });

const text = (value: string): ReadonlyMap<string, ReturnType<typeof file>> => new Map([["a", file(value)]]);

/** The kernel remembers for a second what may change. */
const SOON = { timeout: 10_000, interval: 50 };

describe("the whole mount", () => {
  it("shows tenants and shares, and a share that is lost as EIO with one line", async () => {
    for (const share of [docs, photos]) {
      await using builder = await ShareBuilder.create(folder.path, share);
      await builder.snapshot(text(share.share));
    }
    await using child = await mount();
    expect(await readdir(mountPoint)).toEqual(["acme", "beta"]);
    expect((await readdir(join(mountPoint, "acme"))).toSorted()).toEqual(["docs", "photos"]);
    for (let n = 0; n < 3; n++) await expect(readdir(join(mountPoint, "beta", "lost"))).rejects.toThrow("EIO");
    expect(await readFile(join(mountPoint, "acme", "photos", "latest", "a"), "utf8")).toBe("photos");
    expect(child.log().match(/beta\/lost cannot be shown/g)).toHaveLength(1);
    await expect(stat(join(mountPoint, "gamma"))).rejects.toThrow("ENOENT");
    await expect(stat(join(mountPoint, "acme", "docs", "2000-01-01T00-00-00Z"))).rejects.toThrow("ENOENT");
  });

  it("shows a new snapshot within a second or two, to those who looked before too", async () => {
    await using builder = await ShareBuilder.create(folder.path, docs);
    const first = await builder.snapshot(text("one"));
    await using _child = await mount();
    const share = join(mountPoint, "acme", "docs");
    expect((await readdir(share)).toSorted()).toEqual([first.name, "latest"]);
    expect(await readFile(join(share, "latest", "a"), "utf8")).toBe("one");
    await expect(stat(join(share, "2026-11-20T10-01-00Z"))).rejects.toThrow("ENOENT");
    const second = await builder.snapshot(text("two"));
    await vi.waitFor(async () => expect(await readlink(join(share, "latest"))).toBe(second.name), SOON);
    expect(await readFile(join(share, "latest", "a"), "utf8")).toBe("two");
    await vi.waitFor(async () => expect(await readdir(share)).toContain(second.name), SOON);
    expect((await readdir(share)).toSorted()).toEqual([first.name, second.name, "latest"]);
    expect(await readFile(join(share, first.name, "a"), "utf8")).toBe("one");
    expect((await lstat(join(share, second.name))).isDirectory()).toBe(true);
  });

  it("shows the first snapshot of a share that had none", async () => {
    await using builder = await ShareBuilder.create(folder.path, docs);
    await using _child = await mount();
    const share = join(mountPoint, "acme", "docs");
    expect(await readdir(share)).toEqual([]);
    await expect(readlink(join(share, "latest"))).rejects.toThrow("ENOENT");
    const first = await builder.snapshot(text("one"));
    await vi.waitFor(async () => expect(await readdir(share)).toContain(first.name), SOON);
    expect((await readdir(share)).toSorted()).toEqual([first.name, "latest"]);
    expect(await readFile(join(share, "latest", "a"), "utf8")).toBe("one");
  });

  it("can be one snapshot alone", async () => {
    await using builder = await ShareBuilder.create(folder.path, docs);
    await builder.snapshot(text("one"));
    await builder.snapshot(text("two"));
    const snapshot = { kind: "latest", back: 1 };
    await using _child = await mount({ root: { kind: "snapshot", share: docs, snapshot } });
    expect(await readdir(mountPoint)).toEqual(["a"]);
    expect(await readFile(join(mountPoint, "a"), "utf8")).toBe("one");
  });

  it("fails with the reason when its root is not there", async () => {
    await expect(mount({ root: { kind: "share", share: { tenant: "x", share: "y" } } })).rejects.toMatchObject({
      code: "SHARE_UNKNOWN",
    });
    await expect(mount({ root: { kind: "share", share: lost } })).rejects.toMatchObject({
      code: "STORE_UNINITIALISED",
    });
  });
});

describe("damage in the store", () => {
  it("is EIO for what it touches and one log line, never other data; and heals with the store", async () => {
    const bytes = noise(5 * 1024 * 1024, "large");
    {
      await using builder = await ShareBuilder.create(folder.path, docs);
      await builder.snapshot(
        new Map([
          ["dir", directory()],
          ["dir/large", file(bytes)],
          ["small", file("small")],
        ]),
      );
    }
    const blobs = folder.join("store", "acme", "docs", "blobs");
    await using child = await mount({ root: { kind: "share", share: docs } });
    const large = join(mountPoint, "latest", "dir", "large");
    await cp(blobs, folder.join("saved"), { recursive: true });
    await rm(blobs, { recursive: true });
    expect((await stat(large)).size).toBe(bytes.length);
    await expect(readFile(large)).rejects.toThrow("EIO");
    expect(child.log()).toMatch(/acme\/docs@2026-11-20T10-00-00Z:\/dir\/large .*acme\/docs\/blobs/);
    await cp(folder.join("saved"), blobs, { recursive: true });
    expect(Buffer.compare(await readFile(large), bytes)).toBe(0);
  });
});

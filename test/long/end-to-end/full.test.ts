/** Disks that fill up at various points of a backup, for real: small file systems of their own. */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { StruckShare, type Ended } from "../../end-to-end/support/struck-share.js";

beforeEach((ctx) => requireCapability(ctx, "linux", "root", "diff"));

const MIB = 1024 * 1024;

/** A small file system in a folder, until the end of the block. */
class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async mount(folder: string, sizeBytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "none", folder]);
    return new SmallDisk(folder);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  /** Takes all space but so much. */
  fill(leaveBytes: number): void {
    const descriptor = openSync(join(this.#folder, "filler"), "a");
    const page = Buffer.alloc(64 * 1024);
    try {
      for (;;) {
        const wanted = Math.min(page.length, this.freeBytes - leaveBytes);
        if (wanted <= 0 || writeSync(descriptor, page, 0, wanted) < wanted) return;
      }
    } catch {
      // Somebody else has taken the rest.
    } finally {
      closeSync(descriptor);
    }
  }

  free(): void {
    rmSync(join(this.#folder, "filler"), { force: true });
  }

  [Symbol.dispose](): void {
    execFileSync("umount", [this.#folder]);
  }
}

function expectFull(ended: Ended): void {
  expect(ended).toMatchObject({ status: 17, signal: null, stdout: "" });
  // LMDB's own line, where a commit finds no room, comes from within it.
  const said = ended.stderr.replace(/^Write error: No space left on device position \d+, size \d+\n/, "");
  expect(said.trim().split("\n"), ended.stderr).toHaveLength(1);
  expect(ended.stderr).toMatch(/space/);
}

async function initialised(seed: number, files: number): Promise<StruckShare> {
  const share = await StruckShare.create(seed, files);
  await share.ok("init", ...share.initArguments().slice(1), "--quiet");
  return share;
}

describe("a state folder without room", () => {
  it.each([0, 4096, 100_000, 2 * MIB])(
    "stops a backup with STORE_FULL when %i bytes are left",
    async (leaveBytes) => {
      await using share = await initialised(5, 200);
      using disk = await SmallDisk.mount(share.path("state"), 120 * MIB);
      await share.backup();
      await share.expectIntact();
      await share.edit(50);
      disk.fill(leaveBytes);
      expectFull(await share.run("backup", "acme/docs"));
      await share.expectIntact();
      disk.free();
      await share.backup();
      await share.expectComplete();
    },
    60_000,
  );

  it.each([0, 4096, 2 * MIB])(
    "stops the building of the catalog when %i bytes are left",
    async (leaveBytes) => {
      await using share = await initialised(6, 200);
      await share.backup();
      await share.expectIntact();
      await share.forgetState();
      using disk = await SmallDisk.mount(share.path("state"), 120 * MIB);
      disk.fill(leaveBytes);
      expectFull(await share.run("ls", "acme/docs"));
      disk.free();
      await share.expectIntact();
      await share.edit(5);
      await share.backup();
      await share.expectComplete();
    },
    60_000,
  );
});

describe("a store without room", () => {
  it.each([0, 4096, 300_000, 1 * MIB, 5 * MIB])(
    "stops a backup with STORE_FULL when %i bytes are left",
    async (leaveBytes) => {
      await using share = await StruckShare.create(7, 600);
      using disk = await SmallDisk.mount(share.path("store"), 200 * MIB);
      await share.ok("init", ...share.initArguments().slice(1), "--quiet");
      disk.fill(leaveBytes);
      expectFull(await share.run("backup", "acme/docs"));
      const temporary = share.path("store", ".tmp");
      if (existsSync(temporary)) expect(await readdir(temporary)).toEqual([]);
      disk.free();
      await share.backup();
      await share.expectComplete();
    },
    60_000,
  );
});

it("a state folder that fills up in the midst of a backup stops it with STORE_FULL", async () => {
  await using share = await initialised(8, 3000);
  using disk = await SmallDisk.mount(share.path("state"), 120 * MIB);
  const { child, end } = share.start("backup", "acme/docs");
  await expect
    .poll(() => existsSync(share.path("state", "acme", "docs", "catalog", "data.mdb")), {
      timeout: 20_000,
      interval: 1,
    })
    .toBe(true);
  disk.fill(0);
  const ended = await end;
  if (ended.status !== 0) expectFull(ended);
  expect(child.signalCode).toBeNull();
  disk.free();
  await share.backup();
  await share.expectComplete();
});

// A prune beneath a mount: what is open stays what it was or fails, what is kept is right, and what is gone vanishes from listings.
import { mkdir, open, readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { program } from "../support/programs.js";
import { Setting } from "../cli/support/cli.js";
import { run } from "../fs/support/run.js";
import { TRANSPORTS } from "../fs/support/transports.js";
import { noise } from "../fs/support/trees.js";
import { requireCapability } from "../support/requires.js";

const SIZE_BYTES = 300_000;
const FILES = 12;
const WITHIN = { timeout: 10_000, interval: 100 };

const codeOrBytes = (promise: Promise<Buffer>): Promise<Buffer | string> =>
  promise.catch((error: unknown) => String((error as { code?: unknown }).code));

describe.each(TRANSPORTS)("a prune under a mount by $name", ({ name }) => {
  beforeEach((ctx) => requireCapability(ctx, "fuse"));

  it("never gives an open file other bytes than it had, and leaves what is kept as it was", async () => {
    await using setting = await Setting.create();
    expect(await setting.init()).toMatchObject({ status: 0 });
    const content = (round: number, n: number): Buffer => noise(SIZE_BYTES, n < 3 ? `kept ${n}` : `${round} ${n}`);
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < FILES; n++) await setting.write(`file ${n}`, content(round, n).toString("latin1"));
      expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0 });
    }
    const stored = (round: number, n: number): Buffer => Buffer.from(content(round, n).toString("latin1"));
    const mnt = setting.path("mnt");
    await mkdir(mnt);
    const args = ["mount", mnt, "acme/docs", "--background", "--transport", name, "--config", setting.config];
    const mounted = await run(process.execPath, [program("cli/main.ts"), ...args]);
    expect(mounted.status).toBe(0);
    try {
      const [oldest = "", , newest = ""] = (await readdir(mnt)).filter((entry) => entry !== "latest").toSorted();
      const at = (snapshot: string, n: number): string => join(mnt, snapshot, `file ${n}`);
      const handles = await Promise.all(Array.from({ length: FILES }, (_, n) => open(at(oldest, n))));
      try {
        // One is read before, so that it is in the kernel.
        expect(Buffer.compare(await readFile(at(oldest, 5)), stored(0, 5))).toBe(0);
        const pruned = await setting.run("prune", "acme/docs", "--keep-last", "1", "--rewrite-below", "99%");
        expect(pruned).toMatchObject({ status: 0 });
        for (const [n, handle] of handles.entries()) {
          const found = await codeOrBytes(handle.readFile());
          if (typeof found === "string") expect([n, found]).toEqual([n, "EIO"]);
          else expect([n, Buffer.compare(found, stored(0, n))]).toEqual([n, 0]);
        }
        for (let n = 0; n < FILES; n++) {
          expect([n, Buffer.compare(await readFile(at(newest, n)), stored(2, n))]).toEqual([n, 0]);
        }
        // The kernel may believe what it was told for a moment.
        await expect.poll(async () => (await readdir(mnt)).toSorted(), WITHIN).toEqual([newest, "latest"].toSorted());
        expect((await stat(join(mnt, "latest", "file 0"))).size).toBe(stored(2, 0).length);
      } finally {
        for (const handle of handles) await handle.close();
      }
    } finally {
      await setting.run("umount", mnt);
    }
  });
});

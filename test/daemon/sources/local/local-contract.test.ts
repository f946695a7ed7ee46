// The contract on a local folder.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { chmod, mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../../../core/logger.js";
import { formatTime, timeToMs } from "../../../../core/time.js";
import { LocalSource } from "../../../../daemon/sources/local/local-source.js";
import type { SourcePath } from "../../../../daemon/sources/source.js";
import { describeSourceContract, type SourceFixture } from "../source-contract.js";

// Identity needs a file system that keeps times of birth: not every /tmp does, and memory mostly does.
const keepsBirths = (folder: string): boolean => {
  try {
    const probe = mkdtempSync(join(folder, "sharestrata-birth-"));
    const born = statSync(probe, { bigint: true }).birthtimeNs;
    rmSync(probe, { recursive: true });
    return born > 0n;
  } catch {
    return false;
  }
};
const base = [tmpdir(), "/dev/shm"].find(keepsBirths);

function createFixture(): Promise<SourceFixture> {
  const root = mkdtempSync(join(base ?? tmpdir(), "sharestrata-local-"));
  const at = (path: SourcePath): string => join(root, ...path);
  return Promise.resolve({
    source: new LocalSource(root, { logger: silentLogger }),
    missing: new LocalSource(join(root, "missing"), { logger: silentLogger }),
    pageSize: 1000,
    async addFolder(path) {
      await mkdir(at(path));
    },
    addFile: (path, bytes) => writeFile(at(path), bytes),
    // utimes loses what touch can give.
    async setTime(path, time) {
      if (time % 1_000_000n === 0n) await utimes(at(path), timeToMs(time) / 1000, timeToMs(time) / 1000);
      else execFileSync("touch", ["-d", formatTime(time, 9), at(path)]);
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (path) => rm(at(path), { recursive: true }),
    setPermissions: (path) => chmod(at(path), 0o640),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  } satisfies SourceFixture);
}

describeSourceContract("local folder", createFixture, {
  identity: base === undefined ? "no temporary folder keeps times of birth" : undefined,
});

/** What a kill costs: how much of the source is read a second time by the next backup. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { Child } from "../../catalog/crash/children.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { Random } from "../../support/tree.js";

const MIB = 1024 * 1024;
const child = "test/end-to-end/support/backup-child.ts";

async function bytesRead(folder: string, killAfterBytes?: number): Promise<number> {
  await using backup = new Child(child, { folder, killAfterBytes });
  const { status, signal, stderr } = await backup.end;
  expect({ status, signal, stderr }).toEqual(
    killAfterBytes === undefined
      ? { status: 0, signal: null, stderr: "" }
      : { status: null, signal: "SIGKILL", stderr: "" },
  );
  return Number(backup.lines.at(-1));
}

it.each([
  // At most: what the next segment waits for, what is on its way, the open bundle, and 16 files being read.
  { name: "incompressible files of 300 kB", files: 500, size: 300_000, mostMib: 32 + 48 + 16 + 16 * 0.3 },
  { name: "files of 1 kB", files: 30_000, size: 1000, mostMib: (2 * 8192 * 1000) / MIB },
])("$name: no more than $mostMib MiB are read again after a kill", async ({ name, files, size, mostMib }) => {
  await using folder = await temporaryDirectory();
  const random = new Random(3);
  for (let n = 0; n < files; n++) {
    if (n % 500 === 0) await mkdir(folder.join("source", `${n / 500}`), { recursive: true });
    await writeFile(folder.join("source", `${Math.floor(n / 500)}`, `${n}`), random.bytes(size));
  }
  const total = files * size;
  const again: number[] = [];
  for (const share of [0.2, 0.4, 0.55, 0.7, 0.85, 0.99]) {
    await rm(folder.join("store"), { recursive: true, force: true });
    await rm(folder.join("catalog"), { recursive: true, force: true });
    const before = await bytesRead(folder.path, Math.floor(total * share));
    again.push((before + (await bytesRead(folder.path)) - total) / MIB);
  }
  console.log(
    name,
    again.map((mib) => Math.round(mib * 10) / 10),
  );
  expect(Math.max(...again)).toBeLessThanOrEqual(mostMib);
  expect(Math.min(...again)).toBeGreaterThanOrEqual(0);
});

/**
 * Changed ranges, end to end: a share of the emulator, the real SDK, and a source as the configuration describes it. What is
 * counted is what the service was asked for.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { ROOT_NODE } from "../../core/ids.js";
import { silentLogger } from "../../core/logger.js";
import { parseConfig } from "../../daemon/config/parse.js";
import { openShareSource } from "../../daemon/shares/open-source.js";
import type { Source } from "../../daemon/sources/source.js";
import { xorhash } from "../../store/content/xorhash.js";
import { World } from "../daemon/backup/support/world.js";
import { startAzure, type AzureFixture } from "../daemon/sources/azure/fixture.js";
import { Random } from "../support/tree.js";

const MIB = 1024 * 1024;
const SIZE = 16 * MIB;
/** In the world's chunks: one on either side of a change, of the largest size, and one more until the cuts meet. */
const AROUND = 3 * 512 * 1024;

let azure: AzureFixture;
let world: World;
beforeEach(async () => {
  azure = await startAzure();
  world = await World.create();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await azure[Symbol.asyncDispose]();
});

async function sourceOf(changedRanges: boolean, isForReading = false): Promise<Source> {
  const url = `azure-files://devstoreaccount1/docs?endpoint=${azure.emulator.endpoint()}`;
  const text = `shares: {acme/docs: {source: {url: "${url}", changedRanges: ${changedRanges}}, store: store}}`;
  const share = parseConfig(world.directory.join("sharestrata.yaml"), text).shares[0];
  if (!share) throw new Error("the configuration has no share");
  return openShareSource(share, { env: {}, logger: silentLogger, isForReading });
}

/** @returns the bytes of files that the service has sent */
async function backUp(changedRanges: boolean): Promise<number> {
  const source = await sourceOf(changedRanges);
  azure.emulator.requests.reset();
  const { snapshot } = await world.backup({ source });
  const sent = azure.emulator.requests.count("Get File bytes");
  expect(snapshot.counters.bytesRead).toBe(sent);
  return sent;
}

async function expectStored(name: string, bytes: Uint8Array): Promise<void> {
  const file = (await world.read(world.catalog.live)).get(name);
  expect(file?.kind === "file" && Buffer.compare(file.bytes, bytes) === 0).toBe(true);
  expect(world.catalog.live.lookup(ROOT_NODE, name)?.xorhash).toBe(xorhash(bytes));
}

it("of a large file only what has changed is asked of the service, from the second backup on", async () => {
  const bytes = Buffer.from(new Random(1).bytes(SIZE));
  await azure.addFile(["disk.vhdx"], bytes);
  expect(await backUp(true)).toBe(SIZE);
  expect(await azure.snapshots()).toHaveLength(1);

  const disk = azure.share.rootDirectoryClient.getFileClient("disk.vhdx");
  const write = async (at: number, change: Uint8Array): Promise<void> => {
    await disk.uploadRange(Buffer.from(change), at, change.length);
    bytes.set(change, at);
  };
  await write(5 * MIB + 77, new Random(2).bytes(100_000));
  await disk.clearRange(12 * MIB, 8192);
  bytes.fill(0, 12 * MIB, 12 * MIB + 8192);
  const sent = await backUp(true);
  expect(sent).toBeGreaterThan(100_000);
  expect(sent).toBeLessThan(100_000 + 2 * AROUND);
  await expectStored("disk.vhdx", bytes);
  expect(azure.emulator.requests.count("List Ranges")).toBe(1);
  expect(await azure.snapshots()).toHaveLength(1);

  // It grows, on another machine, and an ACL moves.
  await world.loseState();
  await disk.resize(SIZE + 4096);
  await disk.uploadRange("the end", SIZE + 4000, 7);
  const longer = Buffer.concat([bytes, Buffer.alloc(4096)]);
  longer.write("the end", SIZE + 4000);
  await azure.setPermissions(["disk.vhdx"]);
  expect(await backUp(true)).toBeLessThan(AROUND);
  await expectStored("disk.vhdx", longer);

  await azure.setPermissions(["disk.vhdx"]);
  expect(await backUp(true)).toBe(0);
  await expectStored("disk.vhdx", longer);

  // Turned off, the file is read as a whole again, and nothing is kept.
  await disk.uploadRange("x", 0, 1);
  longer.write("x", 0);
  expect(await backUp(false)).toBe(longer.length);
  await expectStored("disk.vhdx", longer);
  expect(await azure.snapshots()).toEqual([]);
  await disk.uploadRange("y", 0, 1);
  longer.write("y", 0);
  expect(await backUp(true)).toBe(longer.length);
  await expectStored("disk.vhdx", longer);
});

it("whoever only looks at the source beside a backup leaves its share snapshots alone", async () => {
  await azure.addFile(["disk.vhdx"], new Random(1).bytes(MIB));
  await backUp(true);
  const [kept] = await azure.snapshots();
  await using running = await (await sourceOf(true)).open({ previousState: kept });
  {
    await using looking = await (await sourceOf(true, true)).open();
    expect([looking.consistent, looking.state, (await azure.snapshots()).length]).toEqual([true, undefined, 3]);
  }
  expect(await azure.snapshots()).toEqual([kept, running.state]);
});

it("without the setting nothing is kept and nothing asked", async () => {
  await azure.addFile(["disk.vhdx"], new Random(1).bytes(4 * MIB));
  await backUp(false);
  await azure.share.rootDirectoryClient.getFileClient("disk.vhdx").uploadRange("x", 0, 1);
  expect(await backUp(false)).toBe(4 * MIB);
  expect(await azure.snapshots()).toEqual([]);
  expect(azure.emulator.requests.count("List Ranges")).toBe(0);
});

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Emulator } from "../emulator.js";
import { bytesOf, startFixture } from "./fixture.js";

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-state-"));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Everything a share holds, live and in its snapshots, as plain values. */
function dump(emulator: Emulator) {
  return emulator.service().shares.map((share) => {
    const views = [share.live, ...share.record.snapshots.map(({ id }) => share.reader(id))];
    return { record: share.record, trees: views.map((view) => dumpTree(view, [])) };
  });
}

function dumpTree(view: ReturnType<Emulator["service"]>["shares"][number]["live"], path: string[]): unknown {
  const found = view.find(path)!;
  if (found.state.kind === "file") {
    const { content, ...rest } = found.state;
    const bytes = content.read(0, found.state.size).toString("latin1");
    return { ...rest, id: found.id, bytes, spans: content.spans(0, found.state.size) };
  }
  if (found.state.kind === "symlink") return { ...found.state, id: found.id };
  const { entries } = view.list(found as never, { limit: 1000 });
  const children = entries.map(({ name }) => [name, dumpTree(view, [...path, name])]);
  return { ...found.state, id: found.id, children };
}

test("a restart brings everything back: trees, snapshots, bytes, ids, leases, permissions", async () => {
  const state = newFolder();
  const first = await startFixture({ state });
  const { share } = first;
  const directory = share.getDirectoryClient("dir");
  await directory.create({ metadata: { a: "ü" } });
  const file = directory.getFileClient("file");
  await file.create(5000, { metadata: { b: "1" } });
  await file.uploadRange("hello", 100, 5);
  await share.createSnapshot();
  await file.uploadRange("world", 102, 5);
  await file.clearRange(0, 50);
  const { seed } = first.emulator.service().share("data");
  seed.file("seeded", "without HTTP");
  seed.move("dir", "moved");
  await share.createSnapshot();
  seed.remove("seeded");
  const { filePermissionKey } = await share.createPermission("O:SYG:SYD:(A;;FA;;;WD)");
  const leased = share.rootDirectoryClient.getFileClient("leased");
  await leased.create(1);
  await leased.getShareLeaseClient().acquireLease();
  const before = dump(first.emulator);
  const stats = (await share.getStatistics()).shareUsageBytes;
  await first.emulator.close();

  await using second = await startFixture({ state });
  expect(dump(second.emulator)).toEqual(before);
  expect((await second.share.getStatistics()).shareUsageBytes).toBe(stats);
  await second.share.getPermission(filePermissionKey!);
  const kept = second.share.rootDirectoryClient.getFileClient("leased");
  expect((await kept.getProperties()).leaseState).toBe("leased");
  const { live, seed: reseed } = second.emulator.service().share("data");
  const used = new Set(["0", live.find(["moved"])?.id, live.find(["leased"])?.id]);
  expect(used).not.toContain(reseed.file("fresh").id);
  const moved = second.share.getDirectoryClient("moved").getFileClient("file");
  expect((await bytesOf(await moved.download(100, 7))).toString()).toBe("heworld");
});

test("a torn last line is dropped, and all before it is kept", async () => {
  const state = newFolder();
  const first = await startFixture({ state });
  await first.share.rootDirectoryClient.getFileClient("whole").create(1);
  const before = dump(first.emulator);
  await first.emulator.close();
  appendFileSync(join(state, "journal.jsonl"), '[["set","devstoreaccount1",1,"9",{"kind":"fi');
  const second = await startFixture({ state });
  expect(dump(second.emulator)).toEqual(before);
  await second.share.rootDirectoryClient.getFileClient("after").create(1);
  const after = dump(second.emulator);
  await second.emulator.close();
  await using third = await startFixture({ state });
  expect(dump(third.emulator)).toEqual(after);
});

test("a deleted share stays deleted, and a new one of its name starts empty", async () => {
  const state = newFolder();
  const first = await startFixture({ state });
  first.emulator.service().share("data").seed.file("a", "x");
  await first.share.delete();
  first.emulator.service().createShare("data");
  await first.emulator.close();
  await using second = await startFixture({ state });
  expect(second.emulator.service().share("data").live.find(["a"])).toBeUndefined();
  expect(second.emulator.service().shares).toHaveLength(1);
});

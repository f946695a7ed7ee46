// Of a file that is there only what differs is written, and nothing that is zeros is sent.
import { describe, expect, it } from "vitest";
import type { CatalogEntry } from "../../../../catalog/catalog.js";
import type { TargetNode } from "../../../../daemon/restore/target.js";
import { WantedNode } from "../../../../daemon/restore/wanted.js";
import { FakeTree, MTIME, type Node } from "../support/fake-tree.js";
import { put } from "../target-contract.js";
import { type AzureTargetFixture, startAzureTarget } from "./fixture.js";

const MIB = 1024 * 1024;

describe("ranges", () => {
  const bytes = (seed: number, length = 9 * MIB): Buffer => {
    const made = Buffer.alloc(length);
    for (let at = 0; at + 4 <= length; at += 4) made.writeUInt32LE(((at + seed) * 2_654_435_761) >>> 0, at);
    return made;
  };
  const file = (content: Buffer): Node => ({ in: { big: { file: content } } });
  const readBack = (fixture: AzureTargetFixture): Promise<Buffer> =>
    fixture.share.rootDirectoryClient.getFileClient("big").downloadToBuffer();

  it("that are the same are not written, and what was zeros is cleared", async () => {
    await using fixture = await startAzureTarget();
    const wanted = bytes(1);
    wanted.fill(0, 5 * MIB, 6 * MIB);
    const damaged = Buffer.from(wanted);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    damaged.fill(1, 5 * MIB, 5 * MIB + 1000);
    damaged[9 * MIB - 1] = (damaged[9 * MIB - 1] ?? 0) ^ 1;
    await put(file(damaged), fixture);
    fixture.emulator.requests.reset();
    const result = await put(file(wanted), fixture, { overwrite: "always" });
    expect(result).toMatchObject({ errors: 0, bytesWritten: 128 * 1024 });
    expect(fixture.emulator.requests.count("Put Range bytes")).toBe(128 * 1024);
    expect(fixture.emulator.requests.count("Put Range")).toBe(3);
    expect((await readBack(fixture)).equals(wanted)).toBe(true);
    expect((await fixture.read())["big"]?.mtimeNs).toBe(MTIME);
  });

  it("of zeros are not sent at all into a new file", async () => {
    await using fixture = await startAzureTarget();
    const wanted = Buffer.alloc(40 * MIB);
    wanted.write("in the middle", 20 * MIB + 5);
    expect(await put(file(wanted), fixture)).toMatchObject({ bytesWritten: 64 * 1024, bytes: 40 * MIB });
    expect(fixture.emulator.requests.count("Put Range")).toBe(1);
    expect((await readBack(fixture)).equals(wanted)).toBe(true);
  });

  it("that hold nothing are not read", async () => {
    await using fixture = await startAzureTarget();
    await put(file(Buffer.alloc(40 * MIB)), fixture);
    fixture.emulator.requests.reset();
    const wanted = Buffer.alloc(40 * MIB);
    wanted.write("x", 0);
    expect(await put(file(wanted), fixture, { overwrite: "always" })).toMatchObject({ bytesWritten: 64 * 1024 });
    expect(fixture.emulator.requests.count("Get File bytes")).toBe(0);
  });

  it.each([
    ["longer", 5 * MIB + 7],
    ["shorter", 13 * MIB + 3],
    ["empty", 0],
  ])("are kept of a file that was %s, and its identity too", async (_, length) => {
    await using fixture = await startAzureTarget();
    await put(file(bytes(1, length)), fixture);
    const id = (await fixture.headersOf("big"))("x-ms-file-id");
    const wanted = bytes(1);
    const result = await put(file(wanted), fixture, { overwrite: "if-different" });
    expect(result.bytesWritten).toBeLessThanOrEqual(Math.max(0, 9 * MIB - length) + 128 * 1024);
    expect((await readBack(fixture)).equals(wanted)).toBe(true);
    expect((await fixture.headersOf("big"))("x-ms-file-id")).toBe(id);
  });

  it.each([
    ["longer than its listing says", 5 * MIB, 3 * MIB],
    ["shorter than its listing says", 1 * MIB, 3 * MIB],
  ])("are compared with the file as it is, where it is %s", async (_, actual, listed) => {
    await using fixture = await startAzureTarget();
    const content = bytes(1, listed);
    await put(file(bytes(1, actual)), fixture);
    const view = new FakeTree(file(content));
    const entry = view.lookup(view.root.nodeId, "big") as CatalogEntry;
    const { signal } = new AbortController();
    await using target = fixture.target();
    const folder = await target.open(true, { signal, onLacking: () => {} });
    const there = await folder?.find("big");
    expect(there?.sizeBytes).toBe(actual);
    const stale = { ...(there as TargetNode), sizeBytes: listed };
    const outcome = await folder?.putFile(new WantedNode(entry, ["big"], view), {
      content: () => view.stream(entry.contentId),
      there: stale,
      mayReplace: true,
      isToBeAlone: false,
      onBytes: () => {},
      signal,
    });
    expect(outcome?.isWritten).toBe(true);
    expect((await readBack(fixture)).equals(content)).toBe(true);
  });
});

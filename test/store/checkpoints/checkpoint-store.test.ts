import { Readable } from "node:stream";
import { compress } from "@cloudpss/zstd";
import { expect, test } from "vitest";
import { StoreError } from "../../../core/errors.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { encodeCheckpoint } from "../../../store/checkpoints/checkpoint-codec.js";
import type { CheckpointFile } from "../../../store/checkpoints/checkpoint.js";
import { decodePart } from "../../../store/checkpoints/part-codec.js";
import { ZstdCodec } from "../../../store/content/zstd-codec.js";
import { PLAIN } from "../../../store/crypto/plain-sealing.js";
import { encodeEnvelope } from "../../../store/envelope.js";
import { ShareStore } from "../../../store/share-store.js";
import { refOf } from "../../../store/snapshots/ref-codec.js";
import { noise, text } from "../support/content.js";
import { FaultyStore } from "../support/faulty-store.js";
import { localStore, newShare, SHARE } from "../support/stores.js";

const FACTS = { catalogFormat: 3, versions: 99, manifestSha256: new Uint8Array(32).fill(7) };
const at = (number: number): SnapshotNumber => number as SnapshotNumber;

const CONTENTS = {
  tree: [text(9000), noise(3000), text(10)],
  identities: [noise(5000, 2)],
  dedup: [text(100), text(200)],
} as const;

async function addAll(store: ShareStore, snapshot: number) {
  const writer = await store.checkpoints.begin(at(snapshot));
  for (const environment of ["tree", "identities", "dedup"] as const) {
    await writer.add(environment, Readable.from(CONTENTS[environment]));
  }
  return writer;
}

const write = async (store: ShareStore, snapshot: number) => (await addAll(store, snapshot)).finish(FACTS);

async function bytesOf(store: ShareStore, file: CheckpointFile): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.checkpoints.read(file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function objects(store: ShareStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.objects.list(store.names.checkpointRoot)) names.push(name);
  return names;
}

test("gives back the files it was made of, and says what they are", async () => {
  const store = await newShare();
  const written = await write(store, 5);
  const found = await store.checkpoints.get(at(5));
  const name = store.names.checkpoint(at(5));
  expect(encodeCheckpoint(name, found, PLAIN)).toEqual(encodeCheckpoint(name, written, PLAIN));
  expect(found).toMatchObject({ ...FACTS, snapshot: 5 });
  for (const file of found.files) {
    expect(Buffer.compare(await bytesOf(store, file), Buffer.concat(CONTENTS[file.environment]))).toBe(0);
  }
  const codecs = found.files[0]?.parts.map(({ codec }) => codec);
  expect(codecs).toEqual(["zstd", "stored", "stored"]);
});

test("exists when its record does, which is written last", async () => {
  const store = await newShare();
  const writer = await addAll(store, 5);
  expect(await objects(store)).toHaveLength(6);
  expect(await store.checkpoints.list()).toEqual([]);
  await writer.finish(FACTS);
  await write(store, 12);
  expect(await store.checkpoints.list()).toEqual([12, 5]);
});

test("is begun on what an attempt before has left, and never on one that is there", async () => {
  const store = await newShare();
  const half = await store.checkpoints.begin(at(5));
  const pieces = Array.from({ length: 9 }, (_, seed) => noise(100, seed));
  await half.add("tree", Readable.from(pieces));
  const { files } = await write(store, 5);
  expect(await objects(store)).toHaveLength(7);
  for (const file of files) await bytesOf(store, file);
  await expect(store.checkpoints.begin(at(5))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});

test("is begun anew where the record is damaged", async () => {
  const store = await newShare();
  await write(store, 5);
  await store.objects.put(store.names.checkpoint(at(5)), Buffer.alloc(100));
  await write(store, 5);
  expect(await store.checkpoints.get(at(5))).toMatchObject({ snapshot: 5 });
});

test("is not mixed with that of another machine, which writes the same parts meanwhile", async () => {
  const store = await newShare();
  const writer = await store.checkpoints.begin(at(5));
  await addAll(store, 5);
  await expect(writer.add("tree", Readable.from([noise(50, 9)]))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});

test("deletes the old ones and what is left of them, but for the one before, and for what is newer", async () => {
  const store = await newShare();
  for (const snapshot of [1, 2, 4, 7]) await write(store, snapshot);
  for (const snapshot of [3, 6, 8]) await addAll(store, snapshot);
  await store.objects.put(`${store.names.checkpointRoot}0000000001/notes.txt`, Buffer.from("ours as well"));
  await store.objects.put(`${store.names.checkpointRoot}README`, Buffer.from("somebody's"));
  await store.checkpoints.deleteOld(at(7));
  expect(await store.checkpoints.list()).toEqual([7, 4]);
  const folders = new Set((await objects(store)).map((name) => name.split("/")[3]));
  expect([...folders]).toEqual(["0000000004", "0000000007", "0000000008", "README"]);
});

test("loses its record before its parts", async () => {
  const local = await localStore();
  await newShare(local);
  const fault = new StoreError("UNREACHABLE", "cut");
  const faulty = new FaultyStore(local, [{ operation: "delete", object: "parts/", error: fault, when: "before" }]);
  const store = await ShareStore.open(faulty, SHARE);
  for (const snapshot of [1, 2, 3]) await write(store, snapshot);
  await expect(store.checkpoints.deleteOld(at(3))).rejects.toBe(fault);
  expect(faulty.unmet).toEqual([]);
  expect(await store.checkpoints.list()).toEqual([3, 2]);
  await store.checkpoints.deleteOld(at(3));
  expect(await objects(store)).toHaveLength(14);
});

test("a part that would become more than the record says is refused before it is decompressed", async () => {
  const name = "acme/docs/catalog/0000000005/parts/0000000000";
  const codec = new ZstdCodec(3);
  const object = encodeEnvelope("checkpointPart", name, compress(Buffer.alloc(64 * 1024 * 1024), 3), PLAIN);
  const part = { object: refOf(name, object), codec: "zstd" as const, plainBytes: 1000 };
  await expect(decodePart(part, object, codec, PLAIN)).rejects.toMatchObject({
    code: "DAMAGED",
    fields: { where: name },
  });
  const stored = encodeEnvelope("checkpointPart", name, Buffer.alloc(2000), PLAIN);
  const longer = { object: refOf(name, stored), codec: "stored" as const, plainBytes: 1000 };
  await expect(decodePart(longer, stored, codec, PLAIN)).rejects.toMatchObject({ code: "DAMAGED" });
});

test("a part of another checkpoint, stored under the name before, is found", async () => {
  const store = await newShare();
  await write(store, 5);
  const name = store.names.checkpointPart(at(5), 0);
  const old = await store.objects.get(name);
  for (const one of await objects(store)) await store.objects.delete(one);
  const writer = await store.checkpoints.begin(at(5));
  await writer.add("tree", Readable.from([noise(900, 4)]));
  for (const environment of ["identities", "dedup"] as const) await writer.add(environment, Readable.from([text(99)]));
  const { files } = await writer.finish(FACTS);
  await store.objects.put(name, old ?? Buffer.alloc(0));
  await expect(bytesOf(store, files[0]!)).rejects.toThrow("is not the part that the checkpoint names");
});

// The damage matrix as its users meet it: every kind of object × every kind of damage. Whatever is damaged is found and named, no
// command ever gives a wrong byte, and the next backup works, with all that is still on the share in it.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isLong } from "../support/extent.js";
import { DamagedStore } from "./support/damaged-store.js";

interface Kind {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Whether its absence alone is no damage: it is a hint, or a short cut. */
  readonly isDispensable?: boolean;
  /** Whether the next backup puts it back, or writes another. */
  readonly isMended?: boolean;
  /** What is said where the object itself is not named. */
  readonly named?: RegExp;
}

const KINDS: readonly Kind[] = [
  { kind: "share", pattern: /share\.fb$/, isMended: true },
  { kind: "first manifest", pattern: /snapshots\/0000000001\.fb$/ },
  { kind: "newest manifest", pattern: /snapshots\/0000000002\.fb$/, isMended: true },
  { kind: "marker", pattern: /latest$/, isDispensable: true, isMended: true },
  { kind: "segment", pattern: /segments\/0000000001\// },
  { kind: "newest segment", pattern: /segments\/0000000002\// },
  { kind: "bundle", pattern: /bundles\/.*1\.tar$/ },
  { kind: "blob", pattern: /blobs\// },
  { kind: "checkpoint", pattern: /catalog\/.*\/checkpoint\.fb$/, isDispensable: true },
  { kind: "part of a checkpoint", pattern: /catalog\/.*\/parts\// },
];

const KEY: Kind = { kind: "key", pattern: /keys\//, isMended: true, named: /share\.fb in the store has no key left/ };

const DAMAGES: Readonly<Record<string, (file: string, other: string) => Promise<void>>> = {
  missing: (file) => rm(file),
  empty: (file) => writeFile(file, ""),
  truncated: async (file) => {
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length >> 1));
  },
  "flipped in the middle": async (file) => {
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(file, bytes);
  },
  swapped: async (file, other) => {
    await rename(file, `${file}.aside`);
    await rename(other, file);
    await rename(`${file}.aside`, other);
  },
  foreign: (file) => writeFile(file, "This file has nothing to do with backups.\n".repeat(50)),
};

/** Of an encrypted store `npm test` has what is encrypted in a way of its own, in the two ways in which most is lost. */
const SEALED_KINDS = isLong
  ? [...KINDS, KEY]
  : [KEY, ...KINDS.filter(({ kind }) => /^(?:segment|bundle|blob)$/.test(kind))];
const SEALED_DAMAGES = isLong ? Object.keys(DAMAGES) : ["missing", "flipped in the middle"];

/** Everything that a restore puts back is as it was, and all of it when it says so. */
async function expectNoWrongByte(store: DamagedStore): Promise<void> {
  for (const { name, files } of store.snapshots) {
    const { ending, files: restored } = await store.restore(name);
    for (const [path, digest] of restored) expect(files.get(path), `${path} in ${name}`).toBe(digest);
    if (ending.status === 0) expect([...restored.keys()]).toEqual([...files.keys()]);
    else expect(ending.stderr).not.toMatch(/\bat .*:\d+:\d+|INTERNAL/);
  }
}

describe.each([
  ["a plain store", false],
  ["an encrypted store", true],
] as const)("in %s", (_, isEncrypted) => {
  let store: DamagedStore;
  beforeAll(async () => {
    store = await DamagedStore.create(isEncrypted);
  });
  beforeEach(() => store.reset());
  afterAll(() => store[Symbol.asyncDispose]());

  describe.each(isEncrypted ? SEALED_KINDS : KINDS)(
    "a $kind that is",
    ({ pattern, isDispensable = false, isMended = false, named = pattern }) => {
      it.each(isEncrypted ? SEALED_DAMAGES : Object.keys(DAMAGES))("%s", async (damage) => {
        const [object = ""] = await store.objects(pattern);
        // Of the same kind in the same share where there is another, else in another share.
        const other = (await store.objects(kindOf(object))).find((name) => name !== object);
        const [elsewhere = ""] = await store.objects(pattern, "acme/other");
        await DAMAGES[damage]?.(store.object(object), store.object(other ?? elsewhere));

        const verified = await store.verify();
        if (!isDispensable || damage !== "missing") {
          const told = verified.stdout + verified.stderr;
          const names = [object, other ?? elsewhere];
          expect(names.some((name) => told.includes(name)) || named.test(told)).toBe(true);
          expect(verified.status).toBe(14);
        }
        await expectNoWrongByte(store);
        const next = await store.nextBackup();
        expect(next).toMatchObject({ status: 0 });
        const { ending, files } = await store.restore("latest");
        expect(ending).toMatchObject({ status: 0, stderr: "" });
        expect(files).toEqual(await store.source());
        if (isMended) expect(await store.verify()).toMatchObject({ status: 0 });
      });

      it.each(isEncrypted ? SEALED_DAMAGES : Object.keys(DAMAGES))(
        "%s, when the state of this machine is lost as well",
        async (damage) => {
          const [object = ""] = await store.objects(pattern);
          const other = (await store.objects(kindOf(object))).find((name) => name !== object);
          const [elsewhere = ""] = await store.objects(pattern, "acme/other");
          await DAMAGES[damage]?.(store.object(object), store.object(other ?? elsewhere));
          await store.loseState();
          await expectNoWrongByte(store);
        },
      );
    },
  );
});

/** All objects of the same folder of a share. */
const kindOf = (object: string): RegExp => new RegExp(`/${object.split("/")[2] ?? ""}/`);

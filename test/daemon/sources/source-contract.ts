// Owns what every Source must do, whatever is behind it: one suite, run on each implementation through a fixture that
// can change the tree it reads.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SourceError } from "../../../core/errors.js";
import type { TimeNs } from "../../../core/time.js";
import type { Source, SourceChild, SourceEntry, SourcePath, SourceSession } from "../../../daemon/sources/source.js";

/** A small tree behind a source. Folders above a path exist already. */
export interface SourceFixture extends AsyncDisposable {
  readonly source: Source;
  /** The same kind of source, for a folder or share that does not exist. */
  readonly missing: Source;
  /** Exactly this many children fill a page at most. */
  readonly pageSize: number;
  addFolder(path: SourcePath): Promise<void>;
  addFile(path: SourcePath, bytes: Uint8Array): Promise<void>;
  setTime(path: SourcePath, time: TimeNs): Promise<void>;
  rename(from: SourcePath, to: SourcePath): Promise<void>;
  remove(path: SourcePath): Promise<void>;
  /** Changes permissions and nothing else. */
  setPermissions(path: SourcePath): Promise<void>;
}

/** What the fixture's machine cannot do, with the reason. */
export interface ContractLimits {
  /** Why a renamed node cannot be recognised here. */
  readonly identity?: string | undefined;
}

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** One directory, all pages. */
export async function childrenOf(session: SourceSession, path: SourcePath): Promise<readonly SourceChild[]> {
  const children: SourceChild[] = [];
  for await (const page of session.list(path)) children.push(...page);
  return children.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The entry at a path; fails the test when it is not there or not readable. */
export async function entryAt(session: SourceSession, path: SourcePath): Promise<SourceEntry> {
  if (path.length === 0) return session.root();
  const name = path.at(-1);
  const found = (await childrenOf(session, path.slice(0, -1))).find((child) => child.name === name);
  if (found === undefined || found.kind === "unreadable") throw new Error(`no readable entry at ${path.join("/")}`);
  return found;
}

export async function contentOf(session: SourceSession, path: SourcePath, entry: SourceEntry): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of session.read(path, entry)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

/** What was thrown, as a SourceError; fails the test when nothing or something else was. */
export async function sourceErrorOf(work: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}

const AWKWARD = [
  "with space",
  "trailing.",
  "100%",
  "50%20",
  "a#b",
  "a+b",
  "quote'",
  "amp&amp;",
  "Grüße",
  "日本語",
  "🙂",
  "odd\uFFFE",
  "semi;colon",
];

export function describeSourceContract(
  name: string,
  create: () => Promise<SourceFixture>,
  limits: ContractLimits = {},
): void {
  describe(`source contract: ${name}`, () => {
    let fixture: SourceFixture;
    let session: SourceSession;

    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await session?.[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    });

    const open = async (): Promise<void> => {
      await session?.[Symbol.asyncDispose]();
      session = await fixture.source.open();
    };

    it("gives workers what read gives, where it lets them read, and the same failures", async () => {
      const bytes = bytesOf("what workers read");
      await fixture.addFile(["file"], bytes);
      await fixture.addFile(["changed"], bytes);
      await fixture.addFile(["gone"], bytes);
      await open();
      const { byWorker } = session;
      // A source that cannot lend its files to other threads has nothing to show here.
      if (!byWorker) return;
      const readAt = (path: SourcePath, entry: SourceEntry): Buffer => {
        using ticket = byWorker.ticket(path, entry);
        const file = byWorker.module.reader.open(structuredClone(ticket.request));
        try {
          const into = Buffer.alloc(entry.sizeBytes);
          for (let at = 0; at < into.length; at += file.read(into, at, into.length - at));
          file.verify();
          return into;
        } finally {
          file.close();
        }
      };
      expect(readAt(["file"], await entryAt(session, ["file"]))).toEqual(Buffer.from(bytes));
      const [changed, gone] = [await entryAt(session, ["changed"]), await entryAt(session, ["gone"])];
      await fixture.addFile(["changed"], bytesOf("what workers find"));
      await fixture.remove(["gone"]);
      for (const [path, entry] of [
        [["changed"], changed],
        [["gone"], gone],
      ] as const) {
        const expected = await sourceErrorOf(contentOf(session, path, entry));
        const thrown = await sourceErrorOf(new Promise((resolve) => resolve(readAt(path, entry))));
        expect([thrown.code, thrown.message]).toEqual([expected.code, expected.message]);
      }
    });

    it("gives the root as a directory without a name", async () => {
      await open();
      expect(await session.root()).toMatchObject({ name: "", kind: "directory", sizeBytes: 0 });
    });

    it("lists one level with kinds and sizes", async () => {
      await fixture.addFolder(["folder"]);
      await fixture.addFile(["folder", "inner"], bytesOf("beneath"));
      await fixture.addFile(["empty"], bytesOf(""));
      await fixture.addFile(["full"], bytesOf("twelve bytes"));
      await open();
      const children = await childrenOf(session, []);
      expect(children.map((child) => [child.name, child.kind])).toEqual([
        ["empty", "file"],
        ["folder", "directory"],
        ["full", "file"],
      ]);
      expect(children.map((child) => child.kind !== "unreadable" && child.sizeBytes)).toEqual([0, 0, 12]);
      expect(await childrenOf(session, ["folder"])).toHaveLength(1);
    });

    it("keeps every name as it is, and reads the file behind it", async () => {
      for (const awkward of AWKWARD) await fixture.addFile([awkward], bytesOf(`content of ${awkward}`));
      await open();
      const children = await childrenOf(session, []);
      expect(children.map((child) => child.name)).toEqual([...AWKWARD].sort());
      for (const child of children) {
        if (child.kind === "unreadable") throw child.error;
        expect((await contentOf(session, [child.name], child)).toString()).toBe(`content of ${child.name}`);
        expect(await session.describe([child.name], child)).toMatchObject(child.metadata);
      }
    });

    it("walks into folders with awkward names", async () => {
      await fixture.addFolder(["50% of.#1."]);
      await fixture.addFile(["50% of.#1.", "ä b"], bytesOf("deep"));
      await open();
      const path = ["50% of.#1.", "ä b"];
      expect((await contentOf(session, path, await entryAt(session, path))).toString()).toBe("deep");
    });

    it("keeps times to 100 ns", async () => {
      const time = 1_795_168_800_123_456_700n as TimeNs;
      await fixture.addFile(["exact"], bytesOf("x"));
      await fixture.setTime(["exact"], time);
      await open();
      const entry = await entryAt(session, ["exact"]);
      expect(entry.mtimeNs).toBe(time);
    });

    it("lists a large folder in pages, each child once", async () => {
      const count = 2 * fixture.pageSize + 1;
      await fixture.addFolder(["many"]);
      for (let n = 0; n < count; n++) await fixture.addFile(["many", `file ${n}`], bytesOf(""));
      await open();
      const sizes: number[] = [];
      const names = new Set<string>();
      for await (const page of session.list(["many"])) {
        sizes.push(page.length);
        for (const child of page) names.add(child.name);
      }
      expect(sizes).toEqual([fixture.pageSize, fixture.pageSize, 1]);
      expect(names.size).toBe(count);
    });

    it("reads a long file in order", async () => {
      const bytes = Buffer.alloc(5 * 1024 * 1024 + 13);
      for (let i = 0; i < bytes.length; i += 4)
        bytes.writeUInt32LE((i * 2_654_435_761) >>> 0, Math.min(i, bytes.length - 4));
      await fixture.addFile(["long"], bytes);
      await open();
      const read = await contentOf(session, ["long"], await entryAt(session, ["long"]));
      expect(read.equals(bytes)).toBe(true);
    });

    it("stops reading when the reader has had enough", async () => {
      await fixture.addFile(["long"], new Uint8Array(4 * 1024 * 1024));
      await open();
      const entry = await entryAt(session, ["long"]);
      for await (const piece of session.read(["long"], entry)) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      expect(await contentOf(session, ["long"], entry)).toHaveLength(4 * 1024 * 1024);
    });

    it("reads a range of a file, and an empty one", async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) & 0xff));
      await fixture.addFile(["file"], bytes);
      await open();
      const entry = await entryAt(session, ["file"]);
      for (const [start, end] of [
        [0, 1],
        [70_001, 200_003],
        [299_999, 300_000],
        [5, 5],
      ] as const) {
        const pieces: Uint8Array[] = [];
        for await (const piece of session.readRange(["file"], entry, { start, end })) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(bytes.subarray(start, end))).toBe(true);
      }
    });

    it("says FILE_CHANGED, or gives what was listed, of a range of a file that was written to since", async () => {
      await fixture.addFile(["file"], bytesOf("as it was"));
      await open();
      const entry = await entryAt(session, ["file"]);
      await fixture.addFile(["file"], bytesOf("no longer"));
      const read = async (): Promise<string> => {
        const pieces: Uint8Array[] = [];
        for await (const piece of session.readRange(["file"], entry, { start: 3, end: 9 })) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      if (session.consistent) expect(await read()).toBe("it was");
      else expect((await sourceErrorOf(read())).code).toBe("FILE_CHANGED");
    });

    it("cannot say what has changed since a state that it never had", async () => {
      await fixture.addFile(["file"], bytesOf("x"));
      session = await fixture.source.open({ previousState: "2001-01-01T00:00:00.0000000Z" });
      const entry = await entryAt(session, ["file"]);
      const { sizeBytes, mtimeNs, signature } = entry;
      const before = { path: ["file"], sizeBytes, mtimeNs, signature };
      expect(await session.changedRanges?.(["file"], entry, before)).toBeUndefined();
    });

    it("gives the same signatures and identities as long as nothing changes", async () => {
      await fixture.addFolder(["folder"]);
      await fixture.addFile(["folder", "file"], bytesOf("x"));
      const seen: unknown[] = [];
      for (let n = 0; n < 2; n++) {
        await open();
        const both = [await entryAt(session, ["folder"]), await entryAt(session, ["folder", "file"])];
        seen.push(both.map(({ signature, sourceId }) => ({ signature, sourceId })));
      }
      expect(seen[0]).toEqual(seen[1]);
    });

    it("moves the signature when content changes under the same size and time", async () => {
      const time = 1_700_000_000_000_000_000n as TimeNs;
      await fixture.addFile(["file"], bytesOf("one"));
      await fixture.setTime(["file"], time);
      await open();
      const before = await entryAt(session, ["file"]);
      await fixture.addFile(["file"], bytesOf("two"));
      await fixture.setTime(["file"], time);
      await open();
      const after = await entryAt(session, ["file"]);
      expect([after.sizeBytes, after.mtimeNs]).toEqual([before.sizeBytes, before.mtimeNs]);
      expect(after.signature).not.toBe(before.signature);
    });

    it("moves the signature when permissions alone change, and leaves size, time and identity", async () => {
      await fixture.addFile(["file"], bytesOf("x"));
      await open();
      const before = await entryAt(session, ["file"]);
      await fixture.setPermissions(["file"]);
      await open();
      const after = await entryAt(session, ["file"]);
      expect(after.signature).not.toBe(before.signature);
      expect([after.sizeBytes, after.mtimeNs, after.sourceId]).toEqual([
        before.sizeBytes,
        before.mtimeNs,
        before.sourceId,
      ]);
    });

    it("recognises what was renamed, and that something about it changed", async (ctx) => {
      if (limits.identity !== undefined) ctx.skip(limits.identity);
      await fixture.addFolder(["old"]);
      await fixture.addFile(["old", "file"], bytesOf("x"));
      await open();
      const folder = await entryAt(session, ["old"]);
      const file = await entryAt(session, ["old", "file"]);
      await fixture.rename(["old", "file"], ["file moved"]);
      await fixture.rename(["old"], ["new"]);
      await open();
      const movedFile = await entryAt(session, ["file moved"]);
      expect(folder.sourceId).toBeDefined();
      expect(file.sourceId).toBeDefined();
      expect((await entryAt(session, ["new"])).sourceId).toBe(folder.sourceId);
      expect(movedFile.sourceId).toBe(file.sourceId);
      expect(movedFile.signature).not.toBe(file.signature);
      expect(movedFile.mtimeNs).toBe(file.mtimeNs);
    });

    it("gives a file that replaces a deleted one another identity", async (ctx) => {
      if (limits.identity !== undefined) ctx.skip(limits.identity);
      await fixture.addFile(["file"], bytesOf("x"));
      await open();
      const before = await entryAt(session, ["file"]);
      await fixture.remove(["file"]);
      await fixture.addFile(["file"], bytesOf("x"));
      await open();
      expect((await entryAt(session, ["file"])).sourceId).not.toBe(before.sourceId);
    });

    it("says FILE_UNREADABLE, with the path, of a folder that does not exist", async () => {
      await open();
      const error = await sourceErrorOf(childrenOf(session, ["no such", "folder"]));
      expect(error.code).toBe("FILE_UNREADABLE");
      expect(error.message).toContain("/no such/folder");
    });

    it("says SOURCE_UNKNOWN of a source that does not exist", async () => {
      expect((await sourceErrorOf(fixture.missing.check())).code).toBe("SOURCE_UNKNOWN");
      expect((await sourceErrorOf(fixture.missing.open())).code).toBe("SOURCE_UNKNOWN");
    });

    it("passes the check when it can be read", async () => {
      await expect(fixture.source.check()).resolves.toBeUndefined();
    });

    it("does nothing more once it is aborted", async () => {
      await fixture.addFile(["file"], bytesOf("x"));
      await open();
      const entry = await entryAt(session, ["file"]);
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await expect(fixture.source.open({ signal })).rejects.toBe(reason);
      await expect(session.root({ signal })).rejects.toBe(reason);
      await expect(session.describe(["file"], entry, { signal })).rejects.toBe(reason);
      await expect(session.read(["file"], entry, { signal })[Symbol.asyncIterator]().next()).rejects.toBe(reason);
      await expect(session.list([], { signal })[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    });
  });
}

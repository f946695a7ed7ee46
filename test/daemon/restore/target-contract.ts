// What every target does alike: the contract of `RestoreTarget`, as a restore sees it.
import { describe, expect, it } from "vitest";
import { DamagedError, SharestrataError } from "../../../core/errors.js";
import { parseTime, type TimeNs } from "../../../core/time.js";
import { restore, type RestoreRequest, type RestoreResult } from "../../../daemon/restore/restore.js";
import { Selection } from "../../../daemon/restore/selection.js";
import type { RestoreTarget } from "../../../daemon/restore/target.js";
import { FakeTree, MTIME, type Node } from "./support/fake-tree.js";

/** What is in a target, by path: a folder's text is undefined. */
export type Found = Readonly<Record<string, { readonly text: string | undefined; readonly mtimeNs: bigint }>>;

export interface TargetFixture extends AsyncDisposable {
  /** The target, as a new run opens it. */
  target(): RestoreTarget;
  read(): Promise<Found>;
  /** As somebody else would write it. @param mtimeNs default: now */
  write(path: string, text: string, mtimeNs?: TimeNs): Promise<void>;
  makeFolder(path: string): Promise<void>;
}

const OTHER_TIME = parseTime("2011-02-03T04:05:06.1234567Z") as TimeNs;

export async function put(
  tree: Node | FakeTree,
  fixture: TargetFixture,
  options: Partial<RestoreRequest> = {},
): Promise<RestoreResult> {
  const view = tree instanceof FakeTree ? tree : new FakeTree(tree);
  await using target = options.target ?? fixture.target();
  const { signal } = new AbortController();
  const common = { view, entry: view.root, path: [], content: view, metadata: view, signal };
  return await restore({ ...common, overwrite: "never", ...options, target });
}

const texts = (found: Found): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(found).map(([path, { text }]) => [path, text]));

export function describeTarget(name: string, start: () => Promise<TargetFixture>): void {
  const LARGE = "0123456789abcdef".repeat(330_000);
  const tree: Node = {
    in: {
      "a file.txt": { file: "one", mtimeNs: OTHER_TIME },
      empty: { file: "" },
      folder: {
        mtimeNs: OTHER_TIME,
        in: { "100% ü": { file: "two" }, inner: { in: {} }, "trailing.": { file: "dot" } },
      },
      large: { file: LARGE },
    },
  };
  const expected = {
    "a file.txt": "one",
    empty: "",
    folder: undefined,
    "folder/100% ü": "two",
    "folder/inner": undefined,
    "folder/trailing.": "dot",
    large: LARGE,
  };

  describe(`${name}: what is put back`, () => {
    it("has its contents and times, folders too", async () => {
      await using fixture = await start();
      const result = await put(tree, fixture);
      expect(result).toMatchObject({
        files: 5,
        directories: 3,
        errors: 0,
        unchanged: 0,
        bytesWritten: LARGE.length + 9,
      });
      const found = await fixture.read();
      expect(texts(found)).toEqual(expected);
      for (const path of ["a file.txt", "folder"]) expect(found[path]?.mtimeNs).toBe(OTHER_TIME);
      for (const path of ["large", "folder/inner", "empty"]) expect(found[path]?.mtimeNs).toBe(MTIME);
    });

    it.each(["never", "if-different"] as const)("is not written again, nor read, with %s", async (overwrite) => {
      await using fixture = await start();
      const view = new FakeTree(tree);
      await put(view, fixture);
      view.streamed = 0;
      const again = await put(view, fixture, { overwrite });
      expect(again).toMatchObject({ files: 5, unchanged: 5, bytesWritten: 0, errors: 0 });
      expect(view.streamed).toBe(0);
      expect(texts(await fixture.read())).toEqual(expected);
    });

    it("is read, and nothing is written, with always", async () => {
      await using fixture = await start();
      const view = new FakeTree(tree);
      await put(view, fixture);
      view.streamed = 0;
      const again = await put(view, fixture, { overwrite: "always" });
      expect(again).toMatchObject({ files: 5, unchanged: 5, bytesWritten: 0, errors: 0 });
      expect(view.streamed).toBeGreaterThan(0);
    });

    it("is a single file, or what is selected, with the folders it takes", async () => {
      await using fixture = await start();
      const view = new FakeTree(tree);
      await put(view, fixture, { selection: new Selection({ include: ["100*"] }) });
      expect(texts(await fixture.read())).toEqual({ folder: undefined, "folder/100% ü": "two" });
      const entry = view.lookup(view.root.nodeId, "a file.txt");
      if (!entry) throw new Error("it is there");
      expect(await put(view, fixture, { entry, path: ["a file.txt"] })).toMatchObject({ files: 1, errors: 0 });
      expect(Object.keys(await fixture.read()).toSorted()).toEqual(["a file.txt", "folder", "folder/100% ü"]);
    });
  });

  describe(`${name}: what the metadata of is lost`, () => {
    const metadata = new DamagedError("The segment is gone.", { where: "segment 1" });
    const lost = (file: string): Node => ({ in: { f: { file, metadata }, d: { metadata, in: { g: { file: "g" } } } } });

    it("is put back without it, and reported once each", async () => {
      await using fixture = await start();
      const result = await put(lost("content"), fixture);
      expect(texts(await fixture.read())).toEqual({ f: "content", d: undefined, "d/g": "g" });
      expect((await fixture.read())["f"]?.mtimeNs).toBe(MTIME);
      expect(result).toMatchObject({ files: 2, errors: 2 });
      expect(result.passedOver.map(({ path, code }) => `${path.join("/")} ${code}`).toSorted()).toEqual([
        "d DAMAGED",
        "f DAMAGED",
      ]);
      expect(result.passedOver[0]?.message).toMatch(/^It is put back, but without .*The segment is gone\.$/);
    });

    it("is left as it is where it is there, as nobody knows what it should be", async () => {
      await using fixture = await start();
      await fixture.write("f", "mine");
      const result = await put(lost("content"), fixture, { overwrite: "if-different" });
      expect(texts(await fixture.read())).toMatchObject({ f: "mine", "d/g": "g" });
      expect(result.passedOver.map(({ path }) => path.join("/")).toSorted()).toEqual(["d", "f"]);
    });
  });

  describe(`${name}: what is there already`, () => {
    it("stays with never, and what differs is reported", async () => {
      await using fixture = await start();
      await fixture.write("a file.txt", "mine");
      await fixture.makeFolder("folder");
      await fixture.write("folder/100% ü", "TWO", MTIME);
      await fixture.write("folder/inner", "no folder");
      const result = await put(tree, fixture);
      expect(result.passedOver.map(({ path, code }) => `${path.join("/")} ${code}`).toSorted()).toEqual([
        "a file.txt ALREADY_EXISTS",
        "folder/inner ALREADY_EXISTS",
      ]);
      expect(texts(await fixture.read())).toEqual({
        ...expected,
        "a file.txt": "mine",
        "folder/100% ü": "TWO",
        "folder/inner": "no folder",
      });
    });

    it("is made equal with if-different where size, time or kind say so, and with always everywhere", async () => {
      await using fixture = await start();
      await put(tree, fixture);
      await fixture.write("a file.txt", "mine and longer");
      await fixture.write("empty", "not");
      await fixture.write("large", LARGE.slice(0, -1), MTIME);
      expect(await put(tree, fixture, { overwrite: "if-different" })).toMatchObject({ errors: 0, files: 5 });
      expect(texts(await fixture.read())).toEqual(expected);
      await fixture.write("large", `${LARGE.slice(0, 70_000)}X${LARGE.slice(70_001)}`, MTIME);
      expect(await put(tree, fixture, { overwrite: "always" })).toMatchObject({ errors: 0, files: 5 });
      expect(texts(await fixture.read())).toEqual(expected);
      expect((await fixture.read())["large"]?.mtimeNs).toBe(MTIME);
    });

    it("gives way to a folder, and a folder to a file when it may be deleted", async () => {
      await using fixture = await start();
      await fixture.write("folder", "a file");
      await fixture.makeFolder("a file.txt");
      await fixture.write("a file.txt/within", "x");
      expect((await put(tree, fixture, { overwrite: "always" })).passedOver).toMatchObject([
        { path: ["a file.txt"], code: "ALREADY_EXISTS" },
      ]);
      expect(await put(tree, fixture, { overwrite: "always", delete: true })).toMatchObject({ errors: 0 });
      expect(texts(await fixture.read())).toEqual(expected);
    });
  });

  describe(`${name}: what the snapshot does not have`, () => {
    it("is deleted when told, and a plan of it changes nothing", async () => {
      await using fixture = await start();
      await put(tree, fixture);
      await fixture.makeFolder("more");
      await fixture.makeFolder("more/deep");
      await fixture.write("more/deep/x", "x");
      await fixture.write("folder/inner/y", "y");
      const before = await fixture.read();
      const steps: string[] = [];
      const onStep: RestoreRequest["onStep"] = ({ action, path }) => {
        if (action !== "leave" && action !== "attributes") steps.push(`${action} ${path.join("/")}`);
      };
      await put(tree, fixture, { overwrite: "if-different", delete: true, dryRun: true, onStep });
      expect(await fixture.read()).toEqual(before);
      expect(steps.toSorted()).toEqual([
        "delete folder/inner/y",
        "delete more",
        "delete more/deep",
        "delete more/deep/x",
      ]);
      expect(await put(tree, fixture, { delete: true })).toMatchObject({ deleted: 4, errors: 0 });
      expect(texts(await fixture.read())).toEqual(expected);
    });

    it("stays where all of it would go", async () => {
      await using fixture = await start();
      await fixture.write("precious", "mine");
      for (const wrong of [{ in: {} }, tree]) {
        await expect(put(wrong, fixture, { delete: true, overwrite: "always" })).rejects.toMatchObject({
          code: "DELETE_REFUSED",
        });
      }
      // Globs that spare something spare too little in a wrong folder.
      for (const globs of [{ exclude: ["*.tmp"] }, { path: "*" }]) {
        const options = { delete: true, overwrite: "always", selection: new Selection(globs) } as const;
        await expect(put(tree, fixture, options)).rejects.toMatchObject({ code: "DELETE_REFUSED" });
      }
      await put({ in: {} }, fixture, { delete: true, selection: new Selection({ include: ["*.pdf"] }) });
      expect(texts(await fixture.read())).toEqual({ precious: "mine" });
    });
  });

  describe(`${name}: what the backup has passed over`, () => {
    it("is not deleted, nor what is beneath it", async () => {
      await using fixture = await start();
      await put(tree, fixture);
      await fixture.write("locked", "new");
      await fixture.write("folder/inner/unlisted", "new");
      await fixture.write("gone", "old");
      const unseen = [["locked"], ["folder", "inner"]];
      expect(await put(tree, fixture, { delete: true, unseen })).toMatchObject({ deleted: 1, errors: 0 });
      expect(texts(await fixture.read())).toEqual({ ...expected, locked: "new", "folder/inner/unlisted": "new" });
    });
  });

  describe(`${name}: a selection`, () => {
    it("in which nothing is makes no folder, though what is too much elsewhere goes", async () => {
      await using fixture = await start();
      const view = new FakeTree({ in: { a: { in: { b: { in: { c: { file: "c" } } } } }, "d.pdf": { file: "d" } } });
      await fixture.write("d.pdf", "mine");
      await fixture.write("e.pdf", "gone by then");
      await fixture.write("f", "not selected");
      const result = await put(view, fixture, {
        overwrite: "always",
        delete: true,
        selection: new Selection({ include: ["*.pdf"] }),
      });
      expect(result).toMatchObject({ deleted: 1, errors: 0 });
      expect(texts(await fixture.read())).toEqual({ "d.pdf": "d", f: "not selected" });
    });
  });

  describe(`${name}: what goes wrong`, () => {
    it("with one file is reported, leaves nothing of it, and the others are put back", async () => {
      await using fixture = await start();
      const damaged = new DamagedError("It is damaged.", { where: "x" });
      async function* lateDamage(): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < 5; n++) yield Buffer.alloc(2_000_000, n + 1);
        throw damaged;
      }
      const bad: Node = {
        in: {
          bad: { file: damaged, size: 5 },
          late: { file: lateDamage, size: 12_000_000 },
          short: { file: "abc", size: 5 },
          long: { file: "abcdef", size: 5 },
          good: { file: "good" },
        },
      };
      const result = await put(bad, fixture);
      expect(result.passedOver.map(({ path, code }) => `${path[0]} ${code}`).toSorted()).toEqual([
        "bad DAMAGED",
        "late DAMAGED",
        "long DAMAGED",
        "short DAMAGED",
      ]);
      expect(texts(await fixture.read())).toEqual({ good: "good" });
    });

    it("with one that is there leaves it as it was, however late that shows", async () => {
      await using fixture = await start();
      await fixture.write("f", "mine!");
      await fixture.write("late", LARGE);
      const damaged = new DamagedError("It is damaged.", { where: "x" });
      async function* lateDamage(): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < 5; n++) yield Buffer.alloc(2_000_000, n + 1);
        throw damaged;
      }
      const bad: Node = { in: { f: { file: damaged, size: 5 }, late: { file: lateDamage, size: 12_000_000 } } };
      const result = await put(bad, fixture, { overwrite: "always" });
      expect(result).toMatchObject({ errors: 2, bytes: 0 });
      expect(texts(await fixture.read())).toEqual({ f: "mine!", late: LARGE });
    });

    it("with one in whose place a folder is leaves the folder, though it may be replaced", async () => {
      await using fixture = await start();
      await fixture.makeFolder("f");
      await fixture.write("f/mine", "mine");
      const bad: Node = {
        in: { f: { file: new DamagedError("It is damaged.", { where: "x" }), size: 5 }, g: { file: "g" } },
      };
      await fixture.write("g", "g");
      const result = await put(bad, fixture, { overwrite: "always", delete: true });
      expect(result).toMatchObject({ errors: 1 });
      expect(texts(await fixture.read())).toEqual({ f: undefined, "f/mine": "mine", g: "g" });
    });

    it("by being stopped leaves nothing that the same command does not complete", async () => {
      await using fixture = await start();
      const stop = new AbortController();
      const reason = new SharestrataError("INTERRUPTED", "Stopped.");
      let isFirst = true;
      async function* slow(): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < 4; n++) {
          yield Buffer.alloc(4 * 1024 * 1024, n + 1);
          if (n === 2 && isFirst) stop.abort(reason);
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      const size = 16 * 1024 * 1024;
      const slowTree: Node = {
        in: { a: { file: "whole" }, d: { mtimeNs: OTHER_TIME, in: { b: { file: slow, size } } } },
      };
      const view = new FakeTree(slowTree);
      await expect(put(view, fixture, { signal: stop.signal, concurrency: 1 })).rejects.toBe(reason);
      isFirst = false;
      const again = await put(view, fixture);
      expect(again).toMatchObject({ files: 2, unchanged: 1, errors: 0 });
      expect(again.bytesWritten).toBeLessThanOrEqual(size);
      const found = await fixture.read();
      expect(found["d/b"]?.text?.length).toBe(size);
      expect(found["d/b"]?.mtimeNs).toBe(MTIME);
      expect(found["d"]?.mtimeNs).toBe(OTHER_TIME);
    });
  });
}

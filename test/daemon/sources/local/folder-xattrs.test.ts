import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import type { Xattr } from "../../../../core/node.js";
import { FolderXattrs } from "../../../../daemon/sources/local/folder-xattrs.js";
import { HeldDirectories } from "../../../../daemon/sources/local/held-directories.js";
import { PerlXattrReader, type XattrReader } from "../../../../daemon/sources/local/xattrs.js";
import type { SourcePath } from "../../../../daemon/sources/source.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";

const MARK: readonly Xattr[] = [{ name: "user.mark", value: Buffer.from("1") }];

/** A reader of a folder in which the `bearers` have an attribute, and how it was asked. */
function readerOf(...bearers: string[]) {
  const asked: string[] = [];
  const reader: XattrReader = {
    read: (path) => (asked.push(path.join("/")), Promise.resolve(bearers.includes(path.at(-1) ?? "") ? MARK : [])),
    bearers: (path) => (asked.push(`${path.join("/")}/`), Promise.resolve(new Set(bearers))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { reader, asked };
}

const child = (name: string | number): SourcePath => ["folder", String(name)];

describe("attributes of a folder's children", () => {
  it("are asked for singly a few times, and then of those alone that have some", async () => {
    const { reader, asked } = readerOf("8");
    const xattrs = new FolderXattrs(reader);
    xattrs.listed(["folder"], 100);
    const found = [];
    for (let n = 0; n < 10; n++) found.push((await xattrs.read(child(n)))?.length);
    expect(found).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect(asked).toEqual(["folder/0", "folder/1", "folder/2", "folder/3", "folder/", "folder/8"]);
  });

  it("are asked for singly less often in a small folder", async () => {
    const { reader, asked } = readerOf();
    const xattrs = new FolderXattrs(reader);
    xattrs.listed(["folder"], 5);
    for (let n = 0; n < 5; n++) await xattrs.read(child(n));
    expect(asked).toEqual(["folder/0", "folder/"]);
  });

  it("are found out anew when the folder is listed again", async () => {
    const { reader, asked } = readerOf();
    const xattrs = new FolderXattrs(reader);
    for (let turn = 0; turn < 2; turn++) {
      xattrs.listed(["folder"], 10);
      for (let n = 0; n < 6; n++) await xattrs.read(child(n));
    }
    expect(asked.filter((path) => path === "folder/")).toHaveLength(2);
  });

  it("are asked for singly in a folder of several pages, and of what was never listed", async () => {
    const { reader, asked } = readerOf();
    const xattrs = new FolderXattrs(reader);
    xattrs.listed(["folder"], 1000);
    for (let n = 0; n < 20; n++) await xattrs.read(child(n));
    await xattrs.read([]);
    expect(asked).toHaveLength(21);
    expect(asked).not.toContain("folder/");
  });

  it("are told by name: those of users alone, whatever the names are", async (ctx) => {
    requireCapability(ctx, "linux", "xattr");
    await using folder = await temporaryDirectory();
    await mkdir(join(folder.path, "in", "deeper"), { recursive: true });
    for (const name of ["plain", "mit Umlaut ü", "new\nline", "marked"])
      await writeFile(join(folder.path, "in", name), "");
    for (const name of ["marked", "new\nline", "deeper"]) {
      execFileSync("setfattr", ["-n", "user.mark", "-v", "1", join(folder.path, "in", name)]);
    }
    using directories = new HeldDirectories(folder.path);
    await using reader = new PerlXattrReader(silentLogger, directories.rootDescriptor);
    expect([...((await reader.bearers(["in"])) ?? [])].toSorted()).toEqual(["deeper", "marked", "new\nline"]);
    expect([...((await reader.bearers([])) ?? ["?"])]).toEqual([]);
    expect(await reader.bearers(["gone"])).toBeUndefined();
    expect(await reader.read(["in", "marked"])).toEqual(MARK);
  });
});

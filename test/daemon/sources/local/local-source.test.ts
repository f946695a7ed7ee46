// What only a local folder has: links, modes, owners, attributes, special files, names that are not text.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, link, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { HeldDirectories } from "../../../../daemon/sources/local/held-directories.js";
import { LocalSource, parseLocalUrl } from "../../../../daemon/sources/local/local-source.js";
import { PerlXattrReader } from "../../../../daemon/sources/local/xattrs.js";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import { ordinaryUser } from "../../../support/ordinary-user.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../../support/tmp.js";
import { childrenOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";

let dir: TemporaryDirectory;
let session: SourceSession;

beforeEach(async () => {
  dir = await temporaryDirectory();
  session = await new LocalSource(dir.path, { logger: silentLogger }).open();
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

describe("nodes of a local folder", () => {
  it("keeps mode and owner", async () => {
    await writeFile(dir.join("script"), "x");
    await chmod(dir.join("script"), 0o4751);
    const { posix } = await entryAt(session, ["script"]);
    expect(posix).toEqual({ mode: 0o4751, uid: process.getuid?.(), gid: process.getgid?.() });
  });

  it("keeps symbolic links and their targets, dangling ones too, and follows none", async () => {
    await mkdir(dir.join("folder"));
    await symlink("folder", dir.join("to folder"));
    await symlink("no such ä", dir.join("dangling"));
    const toFolder = await entryAt(session, ["to folder"]);
    const dangling = await entryAt(session, ["dangling"]);
    expect([toFolder.kind, dangling.kind]).toEqual(["symlink", "symlink"]);
    expect(dangling.sizeBytes).toBe(Buffer.byteLength("no such ä"));
    expect((await session.describe(["to folder"], toFolder)).linkTarget).toBe("folder");
    expect((await session.describe(["dangling"], dangling)).linkTarget).toBe("no such ä");
  });

  it("says of hard-linked files how many names they have, and which names are of one file", async () => {
    await writeFile(dir.join("one"), "x");
    await writeFile(dir.join("other"), "x");
    await link(dir.join("one"), dir.join("two"));
    await link(dir.join("other"), dir.join("another"));
    const [one, two, other] = [
      await entryAt(session, ["one"]),
      await entryAt(session, ["two"]),
      await entryAt(session, ["other"]),
    ];
    expect(one.metadata).toMatchObject({ linkCount: 2, linkId: two.metadata.linkId });
    expect(one.metadata.linkId).toBeDefined();
    expect(other.metadata.linkId).not.toBe(one.metadata.linkId);
    expect([one.sourceId, one.signature]).toEqual([two.sourceId, two.signature]);
  });

  it("reports sockets and named pipes with a sentence, and lists the rest", async () => {
    execFileSync("mkfifo", [dir.join("pipe")]);
    await writeFile(dir.join("file"), "x");
    const server = createServer().listen(dir.join("socket"));
    await once(server, "listening");
    const children = await childrenOf(session, []);
    server.close();
    const problems = children.map((child) => (child.kind === "unreadable" ? child.error.message : child.name));
    expect(problems).toEqual([
      "file",
      "/pipe is a named pipe, which holds no content to back up.",
      "/socket is a socket, which holds no content to back up.",
    ]);
  });

  it("reports names that are not UTF-8, escaped", async () => {
    await writeFile(Buffer.concat([Buffer.from(dir.join("caf")), Buffer.from([0xe9, 0x0a])]), "x");
    const [child] = await childrenOf(session, []);
    expect(child).toMatchObject({ kind: "unreadable", name: "caf\\xe9\\x0a", error: { code: "NAME_UNUSABLE" } });
  });

  it("keeps user attributes of files and folders, and follows no link for them", async (ctx) => {
    requireCapability(ctx, "linux", "xattr");
    await writeFile(dir.join("file"), "x");
    await mkdir(dir.join("folder"));
    await symlink("file", dir.join("link"));
    execFileSync("setfattr", ["-n", "user.b", "-v", "0x00ff0a20", dir.join("file")]);
    execFileSync("setfattr", ["-n", "user.ä=1", "-v", "text", dir.join("file")]);
    execFileSync("setfattr", ["-n", "user.f", "-v", "", dir.join("folder")]);
    const described = await Promise.all(
      ["file", "folder", "link"].map(async (name) => session.describe([name], await entryAt(session, [name]))),
    );
    expect(described.map(({ xattrs }) => xattrs)).toEqual([
      [
        { name: "user.b", value: Buffer.from([0, 255, 10, 32]) },
        { name: "user.ä=1", value: Buffer.from("text") },
      ],
      [{ name: "user.f", value: Buffer.alloc(0) }],
      undefined,
    ]);
  });

  it("asks for the attributes of many files at once without mixing them up", async (ctx) => {
    requireCapability(ctx, "linux", "xattr");
    const names = Array.from({ length: 200 }, (_, n) => `file\n${n}`);
    for (const name of names) await writeFile(dir.join(name), "");
    for (const n of [3, 77, 199]) execFileSync("setfattr", ["-n", "user.n", "-v", String(n), dir.join(`file\n${n}`)]);
    using root = new HeldDirectories(dir.path);
    await using reader = new PerlXattrReader(silentLogger, root.rootDescriptor);
    const answers = await Promise.all(names.map((name) => reader.read([name])));
    const found = answers.flatMap((xattrs, n) => (xattrs?.length === 0 ? [] : [[n, String(xattrs?.[0]?.value)]]));
    expect(found).toEqual([
      [3, "3"],
      [77, "77"],
      [199, "199"],
    ]);
  });

  it("does without attributes where perl is missing, and says so once", async () => {
    const path = process.env["PATH"];
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_: unknown, message: string) => warnings.push(message) };
    process.env["PATH"] = dir.path;
    try {
      using root = new HeldDirectories(dir.path);
      await using reader = new PerlXattrReader(logger, root.rootDescriptor);
      expect(await Promise.all([reader.read([]), reader.read([])])).toEqual([undefined, undefined]);
      expect(await reader.read([])).toBeUndefined();
    } finally {
      process.env["PATH"] = path;
    }
    expect(warnings).toEqual(["extended attributes are not backed up"]);
  });
});

describe("reading a local file", () => {
  const listed = async (content: string) => {
    await writeFile(dir.join("file"), content);
    return entryAt(session, ["file"]);
  };

  it("refuses a file that grew, shrank or was written since it was listed", async () => {
    for (const change of [
      () => appendFile(dir.join("file"), "more"),
      () => writeFile(dir.join("file"), "x"),
      () => writeFile(dir.join("file"), "CONTENT"),
      () => utimes(dir.join("file"), 1, 1),
    ]) {
      const entry = await listed("content");
      await change();
      const error = await sourceErrorOf(contentOf(session, ["file"], entry));
      expect([error.code, error.retryable]).toEqual(["FILE_CHANGED", true]);
    }
  });

  it("notices a change between two pieces", async () => {
    await writeFile(dir.join("file"), Buffer.alloc(3 * 1024 * 1024));
    const entry = await entryAt(session, ["file"]);
    const reading = async () => {
      for await (const piece of session.read(["file"], entry)) {
        expect(piece.length).toBeGreaterThan(0);
        await utimes(dir.join("file"), 1, 1);
      }
    };
    expect((await sourceErrorOf(reading())).code).toBe("FILE_CHANGED");
  });

  it("says FILE_UNREADABLE of a file that is gone or has become a link or pipe", async () => {
    const entry = await listed("content");
    await rename(dir.join("file"), dir.join("other"));
    const gone = await sourceErrorOf(contentOf(session, ["file"], entry));
    expect([gone.code, gone.message]).toEqual(["FILE_UNREADABLE", "/file cannot be read: it is gone."]);
    await symlink("other", dir.join("file"));
    const linked = await sourceErrorOf(contentOf(session, ["file"], entry));
    expect([linked.code, linked.message]).toEqual([
      "FILE_UNREADABLE",
      "/file cannot be read: it has become a symbolic link.",
    ]);
    await rm(dir.join("file"));
    execFileSync("mkfifo", [dir.join("file")]);
    expect((await sourceErrorOf(contentOf(session, ["file"], entry))).code).toBe("FILE_CHANGED");
  });

  it("says FILE_UNREADABLE of what it has no permission for", async () => {
    const entry = await listed("content");
    await mkdir(dir.join("closed"));
    await chmod(dir.join("closed"), 0);
    await chmod(dir.join("file"), 0);
    const fresh = await entryAt(session, ["file"]);
    expect(fresh.signature).not.toBe(entry.signature);
    using _ = ordinaryUser(dir.path);
    const error = await sourceErrorOf(contentOf(session, ["file"], fresh));
    expect([error.code, error.message]).toEqual(["FILE_UNREADABLE", "/file cannot be read: permission denied."]);
    expect((await sourceErrorOf(childrenOf(session, ["closed"]))).code).toBe("FILE_UNREADABLE");
  });
});

describe("the root of a local source", () => {
  it("may be a symbolic link, but not a file", async () => {
    await mkdir(dir.join("real"));
    await writeFile(dir.join("real", "file"), "x");
    await symlink("real", dir.join("link"));
    await using linked = await new LocalSource(dir.join("link"), { logger: silentLogger }).open();
    expect(await childrenOf(linked, [])).toHaveLength(1);
    const error = await sourceErrorOf(new LocalSource(dir.join("real", "file"), { logger: silentLogger }).open());
    expect(error.code).toBe("SOURCE_UNKNOWN");
  });

  it("is read from a URL with escapes", () => {
    expect(parseLocalUrl("file:///srv/a%20b/")).toBe("/srv/a b");
    expect(parseLocalUrl(pathToFileURL("/srv/50% #1?").href)).toBe("/srv/50% #1?");
    for (const wrong of ["file://host/path", "file:///a#b", "file:///a?b", "file:///50%"]) {
      expect(() => parseLocalUrl(wrong)).toThrow(/does not name a folder/);
    }
  });
});

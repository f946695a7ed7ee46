// Somebody changes the tree while it is backed up, so that the backup reads what is not beneath the root.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { LocalSource } from "../../../../daemon/sources/local/local-source.js";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../../support/tmp.js";
import { childrenOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";

let dir: TemporaryDirectory;
let session: SourceSession;

beforeEach(async () => {
  dir = await temporaryDirectory();
  for (const folder of ["secret", "secret/deep", "root", "root/folder", "root/folder/deep"])
    await mkdir(dir.join(folder));
  for (const folder of ["secret", "secret/deep"]) await writeFile(dir.join(folder, "file"), "not yours");
  await symlink("not yours", dir.join("secret/link"));
  await writeFile(dir.join("root/folder/file"), "mine");
  await symlink("mine", dir.join("root/folder/link"));
  session = await new LocalSource(dir.join("root"), { logger: silentLogger }).open();
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

/** Puts a link to the secret folder in the place of the one that was listed. */
async function divert(folder: string): Promise<void> {
  await rename(dir.join("root", folder), dir.join("aside"));
  await symlink(dir.join("secret"), dir.join("root", folder));
}

/** As a walk does before it lists a folder. */
async function listAbove(path: readonly string[]): Promise<void> {
  for (let depth = 0; depth < path.length; depth++) await childrenOf(session, path.slice(0, depth));
}

describe("a folder that became a symbolic link after it was listed", () => {
  it("is not listed", async () => {
    await listAbove(["folder"]);
    await divert("folder");
    const error = await sourceErrorOf(childrenOf(session, ["folder"]));
    expect([error.code, error.message]).toEqual([
      "FILE_UNREADABLE",
      "/folder cannot be read: it is gone, or no longer where it was.",
    ]);
  });

  it("is not passed through to one beneath it", async () => {
    await listAbove(["folder"]);
    await divert("folder");
    expect((await sourceErrorOf(childrenOf(session, ["folder", "deep"]))).code).toBe("FILE_UNREADABLE");
  });

  it("is not passed through for files, targets and attributes", async (ctx) => {
    requireCapability(ctx, "linux", "xattr");
    execFileSync("setfattr", ["-n", "user.whose", "-v", "not yours", dir.join("secret/file")]);
    // Entries as the secret folder has them: what a listing that was diverted would have given.
    await using other = await new LocalSource(dir.join("secret"), { logger: silentLogger }).open();
    const [file, link] = [await entryAt(other, ["file"]), await entryAt(other, ["link"])];
    await divert("folder");
    for (const attempt of [
      contentOf(session, ["folder", "file"], file),
      session.describe(["folder", "link"], link),
      session.describe(["folder", "file"], file),
    ]) {
      expect((await sourceErrorOf(attempt)).code).toBe("FILE_UNREADABLE");
    }
  });

  it("is read on as the folder it was, when its listing has begun", async () => {
    const listing = session.list(["folder"])[Symbol.asyncIterator]();
    const children = (await listing.next()).value ?? [];
    await divert("folder");
    for (const child of children) {
      if (child.kind === "file") expect(String(await contentOf(session, ["folder", child.name], child))).toBe("mine");
      if (child.kind === "symlink") {
        expect((await session.describe(["folder", child.name], child)).linkTarget).toBe("mine");
      }
    }
    expect(children).toHaveLength(3);
    await listing.return?.();
  });
});

describe("a folder whose place another one has taken after it was listed", () => {
  const replace = async (ctx: TestContext): Promise<void> => {
    const { birthtimeNs } = await stat(dir.join("root/folder"), { bigint: true });
    if (birthtimeNs <= 0n) ctx.skip("the temporary folder keeps no times of birth");
    await rename(dir.join("root/folder"), dir.join("aside"));
    await mkdir(dir.join("root/folder"));
  };

  it("is not listed under the name of the first", async (ctx) => {
    await listAbove(["folder"]);
    await replace(ctx);
    const error = await sourceErrorOf(childrenOf(session, ["folder"]));
    expect([error.code, error.retryable, error.message]).toEqual([
      "FILE_UNREADABLE",
      true,
      "/folder cannot be read: another folder has taken its place since it was listed.",
    ]);
  });

  it("is listed once the listing above shows it", async (ctx) => {
    await listAbove(["folder"]);
    await replace(ctx);
    await listAbove(["folder"]);
    expect(await childrenOf(session, ["folder"])).toEqual([]);
  });

  it("is noticed also where there is no /proc", async (ctx) => {
    const source = new LocalSource(dir.join("root"), { logger: silentLogger, descriptors: dir.join("no proc") });
    await using plain = await source.open();
    expect(String(await contentOf(plain, ["folder", "file"], await entryAt(plain, ["folder", "file"])))).toBe("mine");
    await childrenOf(plain, []);
    await replace(ctx);
    expect((await sourceErrorOf(childrenOf(plain, ["folder"]))).code).toBe("FILE_UNREADABLE");
    await childrenOf(plain, []);
    await rm(dir.join("root/folder"), { recursive: true });
    await symlink(dir.join("secret"), dir.join("root/folder"));
    expect((await sourceErrorOf(childrenOf(plain, ["folder"]))).code).toBe("FILE_UNREADABLE");
  });
});

describe("a root that is deleted while it is open", () => {
  it("is not taken for an empty one", async () => {
    await rm(dir.join("root"), { recursive: true });
    const error = await sourceErrorOf(childrenOf(session, []));
    expect([error.code, error.message]).toEqual(["FILE_UNREADABLE", "/ cannot be read: it is gone."]);
  });
});

describe("directories held open", () => {
  const opened = (): number => readdirSync("/proc/self/fd").length;

  it("are few however many there are, and none once the session is closed", async (ctx) => {
    requireCapability(ctx, "linux");
    for (let n = 0; n < 200; n++) {
      await mkdir(dir.join(`root/folder/${n}`));
      await writeFile(dir.join(`root/folder/${n}/file`), `${n}`);
    }
    const before = opened();
    const own = await new LocalSource(dir.join("root"), { logger: silentLogger }).open();
    const files = [];
    for (let n = 0; n < 200; n++) files.push(await entryAt(own, ["folder", `${n}`, "file"]));
    expect(opened() - before).toBeLessThan(70);
    // The first of them have been closed meanwhile, and are found again.
    for (const [n, file] of files.entries()) {
      expect(String(await contentOf(own, ["folder", `${n}`, "file"], file))).toBe(`${n}`);
    }
    const listings = Array.from({ length: 100 }, (_, n) => own.list(["folder", `${n}`])[Symbol.asyncIterator]());
    for (const listing of listings) expect((await listing.next()).value).toHaveLength(1);
    for (const listing of listings) await listing.return?.();
    expect(opened() - before).toBeLessThan(170);
    await own[Symbol.asyncDispose]();
    expect(opened()).toBe(before);
  });
});

// Mounting without being root, as the user nobody, through fusermount. Where /dev/fuse is closed to all but root, as in
// some containers, it is opened in a mount namespace of the test's own.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { program } from "../../support/programs.js";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import type { MountChildOptions } from "../support/mount-child.js";
import { makeFolder } from "../support/mounted.js";
import { run } from "../support/run.js";
import { ShareBuilder } from "../support/share-builder.js";
import { file } from "../support/trees.js";

const docs = { tenant: "acme", share: "docs" };
const NOBODY = 65_534;

/** Opens /dev/fuse to everybody. */
const OPEN_DEVICE = `case $(stat -c %a /dev/fuse) in *6) ;; *)
    mknod -m 666 "$FOLDER/fuse" c 10 229
    mount --bind "$FOLDER/fuse" /dev/fuse ;;
  esac`;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--inh-caps=-all"];

let folder: TemporaryDirectory;
let mountPoint: string;

beforeEach(async (ctx) => {
  requireCapability(ctx, "fuse", "root");
  folder = await temporaryDirectory();
  mountPoint = await makeFolder(folder.join("mnt"));
  await using builder = await ShareBuilder.create(folder.path, docs);
  await builder.snapshot(new Map([["a", file("mine")]]));
  await run("chown", ["-R", `${NOBODY}:${NOBODY}`, folder.path]);
});
afterEach(async () => folder?.[Symbol.asyncDispose]());

interface Surroundings {
  /** Shell commands that change what is mounted where, for the mount process only. */
  readonly prepare: string;
  /** The program that starts the mount process. */
  readonly launcher: readonly string[];
}

/** Mounts in a mount namespace of its own. @returns what support/unprivileged.ts found */
async function mountAs(
  { prepare, launcher }: Surroundings,
  options: Partial<MountChildOptions> = {},
): Promise<Record<string, unknown>> {
  const all = { folder: folder.path, mountPoint, shares: [docs], root: { kind: "share", share: docs }, ...options };
  const command = [...launcher, process.execPath, program("test/fs/support/unprivileged.ts"), JSON.stringify(all)];
  const script = `set -e; FOLDER=$1; shift; ${prepare}\nexec "$@"`;
  const result = await run("unshare", ["--mount", "sh", "-c", script, "sh", folder.path, ...command]);
  if (result.stdout === "") throw new Error(result.stderr);
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

const mountAsNobody = (options: Partial<MountChildOptions> = {}): Promise<Record<string, unknown>> =>
  mountAs({ prepare: OPEN_DEVICE, launcher: AS_NOBODY }, options);

describe("mounting without being root", () => {
  it("works through fusermount, shows files as that user's, and ends cleanly", async () => {
    expect(await mountAsNobody()).toEqual({
      user: NOBODY,
      content: "mine",
      attributes: [NOBODY, NOBODY, "644"],
      write: "EROFS",
      exit: { status: 0, signal: null },
      left: [],
    });
  });

  it("is refused on a folder of somebody else's", async () => {
    await run("chown", ["root", mountPoint]);
    expect(await mountAsNobody()).toMatchObject({
      message: `${mountPoint} is not writable for you, and only its owner or root can mount there.`,
      left: [],
    });
  });

  it("lets others in only where the system's administrator allows it", async () => {
    const configuration = await readFile("/etc/fuse.conf", "utf8").catch(() => "");
    const allowed = /^\s*user_allow_other\s*$/m.test(configuration);
    const found = await mountAsNobody({ allowOther: true });
    if (allowed) expect(found).toMatchObject({ content: "mine" });
    else expect(found["message"]).toBe("Letting other users in needs a line user_allow_other in /etc/fuse.conf.");
  });
});

describe("where FUSE cannot be used, one sentence says why", () => {
  it.each<[string, Surroundings, RegExp]>([
    [
      "there is no device",
      { prepare: "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3", launcher: [] },
      /^There is no \/dev\/fuse: load the kernel module fuse, or give the container the device\.$/,
    ],
    [
      "the device is closed",
      { prepare: 'mknod -m 600 "$FOLDER/fuse" c 10 229; mount --bind "$FOLDER/fuse" /dev/fuse', launcher: AS_NOBODY },
      /^You have no permission to open \/dev\/fuse\.$/,
    ],
    [
      "there is no fusermount",
      { prepare: `${OPEN_DEVICE}\nmount --bind /dev/null "$(command -v fusermount)"`, launcher: AS_NOBODY },
      /^There is no fusermount on this system: install the package fuse3\.$/,
    ],
    [
      "root may not mount",
      { prepare: "", launcher: ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"] },
      /^Mounting is not permitted here: the process lacks CAP_SYS_ADMIN, as in an unprivileged container\.$/,
    ],
    [
      "the device is something else",
      { prepare: "mount --bind /dev/null /dev/fuse", launcher: [] },
      /^The system refuses to mount at /,
    ],
  ])("%s", async (_what, surroundings, sentence) => {
    expect(await mountAs(surroundings)).toMatchObject({ message: expect.stringMatching(sentence) as string, left: [] });
  });
});

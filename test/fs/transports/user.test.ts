// Mounting as root and going on as somebody else: the mount is theirs, and is taken away all the same.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findUser } from "../../../fs/transports/system-user.js";
import { requireCapability } from "../../support/requires.js";
import { mountsIn, temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { makeFolder, mountInChild, type MountedChild } from "../support/mounted.js";
import { run } from "../support/run.js";
import { ShareBuilder } from "../support/share-builder.js";
import { TRANSPORTS } from "../support/transports.js";
import { file } from "../support/trees.js";

const docs = { tenant: "acme", share: "docs" };
const USER = "nobody";

let folder: TemporaryDirectory;
let mountPoint: string;

beforeEach(async (ctx) => {
  requireCapability(ctx, "fuse", "root");
  folder = await temporaryDirectory();
  await chmod(folder.path, 0o755);
  mountPoint = await makeFolder(folder.join("mnt"));
  await using builder = await ShareBuilder.create(folder.path, docs);
  await builder.snapshot(new Map([["a", file("theirs")]]));
  const { uid, gid } = await findUser(USER);
  await run("chown", ["-R", `${uid}:${gid}`, folder.path]);
});
afterEach(async () => folder?.[Symbol.asyncDispose]());

describe.each(TRANSPORTS)("a mount by $name that goes on as another user", ({ name: transport }) => {
  const mount = (): Promise<MountedChild> =>
    mountInChild({
      folder: folder.path,
      mountPoint,
      shares: [docs],
      root: { kind: "share", share: docs },
      transport,
      userName: USER,
    });

  it.each(["state", "store"])("is refused while that user cannot read the %s", async (what) => {
    await run("chown", ["root", folder.join(what)]);
    await chmod(folder.join(what), 0o700);
    await expect(mount()).rejects.toMatchObject({
      code: "MOUNT_FAILED",
      message: expect.stringMatching(
        /^The user nobody cannot read .*, and without that there is nothing to mount\.$/,
      ) as string,
    });
    expect(await mountsIn(folder.path)).toEqual([]);
  });

  it("has nothing of root's left, in any of its threads", async () => {
    await using child = await mount();
    const { uid } = await findUser(USER);
    const tasks = `/proc/${child.process.pid}/task`;
    for (const task of await readdir(tasks)) {
      const status = await readFile(join(tasks, task, "status"), "utf8");
      expect(status).toContain(`Uid:\t${uid}\t${uid}\t${uid}\t${uid}`);
      expect(status).toMatch(/^CapEff:\t0+$/m);
    }
  });

  it("is unmounted when it is told to end, in use or not", async () => {
    for (const inUse of [false, true]) {
      await using child = await mount();
      // libfuse makes the mount root's, devfuse that user's; nobody else may look in, not even root.
      const { uid, gid } = transport === "devfuse" ? await findUser(USER) : { uid: 0, gid: 0 };
      const program = ["sh", "-c", 'cd "$0" && echo there && exec sleep 1000', join(mountPoint, "latest")];
      const become = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
      const user = inUse
        ? spawn("setpriv", [...become, ...program], { stdio: ["ignore", "pipe", "inherit"] })
        : undefined;
      try {
        if (user) await once(user.stdout, "data");
        child.process.kill("SIGTERM");
        expect(await child.exited).toEqual({ status: 0, signal: null });
        expect(await mountsIn(folder.path)).toEqual([]);
      } finally {
        user?.kill("SIGKILL");
      }
    }
  });
});

describe("a mount by devfuse that goes on as another user", () => {
  it("is that user's, who may look in, and whose the files are", async () => {
    await using _child = await mountInChild({
      folder: folder.path,
      mountPoint,
      shares: [docs],
      root: { kind: "share", share: docs },
      transport: "devfuse",
      userName: USER,
    });
    const { uid, gid } = await findUser(USER);
    const { stdout } = await run("setpriv", [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      "--clear-groups",
      "cat",
      join(mountPoint, "latest", "a"),
    ]);
    expect(stdout).toBe("theirs");
    expect(await stat(folder.path)).toMatchObject({ uid, gid });
  });

  it("is refused where there is no such user", async () => {
    await expect(findUser("no such user")).rejects.toMatchObject({
      code: "USAGE",
      message: "There is no user no such user on this system.",
    });
  });
});

// How mounts begin and end: served by a process of their own, ended in every way there is.
import { mkdir, open, opendir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isOurs, readMounts } from "../../../fs/transports/mountinfo.js";
import type { TransportName } from "../../../fs/transports/transport-name.js";
import { unmountAt } from "../../../fs/transports/unmount.js";
import { requireCapability } from "../../support/requires.js";
import { mountsIn, temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { writeAttempts } from "../contract/write-attempts.js";
import { makeFolder, mountInChild, type MountedChild } from "../support/mounted.js";
import { run } from "../support/run.js";
import { EXAMPLE_SHARE, buildExample, type BuiltExample } from "../support/served-example.js";
import { TRANSPORTS } from "../support/transports.js";

let example: BuiltExample;
let place: TemporaryDirectory;
let mountPoint: string;

beforeAll(async () => {
  example = await buildExample();
});
afterAll(async () => example?.[Symbol.asyncDispose]());
beforeEach(async (ctx) => {
  requireCapability(ctx, "fuse");
  place = await temporaryDirectory();
  mountPoint = await makeFolder(place.join("mnt"));
});
afterEach(async () => {
  await place?.[Symbol.asyncDispose]();
});

const mountBy = (transport: TransportName, at: string): Promise<MountedChild> =>
  mountInChild({
    folder: example.folder.path,
    mountPoint: at,
    shares: [EXAMPLE_SHARE],
    root: { kind: "everything" },
    transport,
  });

const messageOf = async (promise: Promise<unknown>): Promise<{ code?: unknown; message: string }> =>
  promise.then(
    () => ({ message: "no error" }),
    (error: unknown) => ({ code: (error as { code?: unknown }).code, message: (error as Error).message }),
  );

const file = (child: MountedChild): string =>
  join(child.mountPoint, "acme", "docs", example.snapshots[0]?.name ?? "", "plain.txt");

describe.each(TRANSPORTS)("a mount by $name", ({ name }) => {
  const mount = (): Promise<MountedChild> => mountBy(name, mountPoint);

  it("is usable when its process says so, and is listed as ours", async () => {
    await using child = await mount();
    expect(await readFile(file(child), "utf8")).toBe("plain text\n");
    expect(await readdir(child.mountPoint)).toEqual(["acme"]);
    const entry = readMounts().find((mounted) => mounted.mountPoint === child.mountPoint);
    expect(entry && isOurs(entry)).toBe(true);
    const { stdout } = await run("mount", ["-t", "fuse.sharestrata"]);
    expect(stdout).toContain(`sharestrata on ${child.mountPoint} type fuse.sharestrata (ro,`);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("is gone after %s, and its process with it", async (signal) => {
    await using child = await mount();
    child.process.kill(signal);
    expect(await child.exited).toEqual({ status: 0, signal: null });
    expect(child.log()).toBe("done\n");
    expect(await mountsIn(place.path)).toEqual([]);
  });

  it("whose process ends by a fault of its own is dead, and no empty folder", async () => {
    await using child = await mount();
    child.process.kill("SIGUSR2");
    expect(await child.exited).not.toEqual({ status: 0, signal: null });
    expect(await messageOf(readdir(mountPoint))).toMatchObject({ code: "ENOTCONN" });
  });

  it("ends its process when it is unmounted from outside", async () => {
    await using child = await mount();
    expect((await run("umount", [child.mountPoint])).status).toBe(0);
    expect(await child.exited).toEqual({ status: 0, signal: null });
    expect(child.log()).toBe("done\n");
  });

  it("ends its process when fusermount unmounts it, after use", async () => {
    await using child = await mount();
    await run("find", [child.mountPoint]);
    expect((await run("fusermount3", ["-u", child.mountPoint])).status).toBe(0);
    expect(await child.exited).toEqual({ status: 0, signal: null });
  });

  it("ends its process when `umount DIR` is told a path with symlinks in it", async () => {
    await symlink(place.path, `${place.path}-link`);
    try {
      await using child = await mount();
      await unmountAt(`${place.path}-link/mnt`);
      expect(await child.exited).toEqual({ status: 0, signal: null });
    } finally {
      await run("rm", [`${place.path}-link`]);
    }
  });

  it("in use is not taken away by `umount DIR`, and is detached on SIGTERM", async () => {
    await using child = await mount();
    const held = await open(file(child));
    try {
      expect(await messageOf(unmountAt(mountPoint))).toEqual({
        code: "MOUNT_FAILED",
        message: `${mountPoint} is in use: some program has a file open or its working directory there.`,
      });
      expect(await held.readFile("utf8")).toBe("plain text\n");
      child.process.kill("SIGTERM");
      expect(await child.exited).toEqual({ status: 0, signal: null });
      expect(child.log()).toMatch(/is in use and is detached/);
      expect(await mountsIn(place.path)).toEqual([]);
    } finally {
      await held.close();
    }
  });

  it("is detached by `umount DIR` when told to, and ends when nobody uses it any more", async () => {
    await using child = await mount();
    const held = await open(file(child));
    try {
      await unmountAt(mountPoint, { lazy: true });
      expect(await mountsIn(place.path)).toEqual([]);
      expect(await readdir(mountPoint)).toEqual([]);
    } finally {
      // Through fuse-native the process may be gone already, and is asked for closing.
      await held.close().catch(() => undefined);
    }
    expect(await child.exited).toEqual({ status: 0, signal: null });
  });

  it("can follow another in the same place", async () => {
    for (let n = 0; n < 2; n++) {
      await using child = await mount();
      expect(await readFile(file(child), "utf8")).toBe("plain text\n");
      child.process.kill("SIGTERM");
      await child.exited;
    }
  });

  it("whose process was killed does not look empty, and is cleaned away by the next", async () => {
    await using killed = await mount();
    killed.process.kill("SIGKILL");
    await killed.exited;
    expect(await messageOf(readdir(mountPoint))).toMatchObject({ code: "ENOTCONN" });
    await using next = await mount();
    expect(next.log()).toMatch(/is a mount whose process is gone; it is taken away/);
    expect(await readFile(file(next), "utf8")).toBe("plain text\n");
    expect(await mountsIn(place.path)).toEqual([mountPoint]);
  });

  it("whose process was killed is cleaned away also when somebody tried to mount there while it lived", async () => {
    await using killed = await mount();
    // The kernel keeps what it answers now, and gives it to whoever asks again when the process is gone.
    expect(await messageOf(mount())).toMatchObject({ message: `${mountPoint} is already a Sharestrata mount.` });
    killed.process.kill("SIGKILL");
    await killed.exited;
    await using next = await mount();
    expect(await readFile(file(next), "utf8")).toBe("plain text\n");
    expect(await mountsIn(place.path)).toEqual([mountPoint]);
  });

  it("whose process was killed fails whoever has a file open, and lets go of them", async () => {
    await using killed = await mount();
    const held = await open(file(killed));
    const folder = await opendir(dirname(file(killed)));
    killed.process.kill("SIGKILL");
    await killed.exited;
    const codes = [held.stat(), held.read(Buffer.alloc(10), 0, 10, 0), folder.read()].map(async (asked) => {
      return (await messageOf(asked)).code;
    });
    for (const code of await Promise.all(codes)) expect(code).toMatch(/^(ENOTCONN|ECONNABORTED)$/);
    expect((await messageOf(readFile(file(killed)))).code).toBe("ENOTCONN");
    // Closing asks the process as well; what was open is closed whatever it says.
    await messageOf(held.close());
    await messageOf(folder.close());
  });

  it("whose process was killed is taken away by `umount DIR`", async () => {
    await using killed = await mount();
    killed.process.kill("SIGKILL");
    await killed.exited;
    await unmountAt(mountPoint);
    expect(await mountsIn(place.path)).toEqual([]);
    expect(await readdir(mountPoint)).toEqual([]);
  });

  it("refuses every kind of write with EROFS when somebody makes it writable", async (ctx) => {
    requireCapability(ctx, "root", "xattr");
    await using child = await mount();
    const remounted = await run("mount", ["-i", "-o", "remount,rw", child.mountPoint]);
    expect(remounted).toMatchObject({ status: 0 });
    expect((await run("mount", ["-t", "fuse.sharestrata"])).stdout).toContain(
      `${child.mountPoint} type fuse.sharestrata (rw,`,
    );
    const snapshot = join(child.mountPoint, "acme", "docs", example.snapshots[0]?.name ?? "");
    for (const [what, attempt] of writeAttempts(snapshot)) expect([what, await attempt()]).toEqual([what, "EROFS"]);
    const plain = join(snapshot, "plain.txt");
    const xattr = await run("setfattr", ["-n", "user.x", "-v", "y", plain]);
    expect(xattr.stderr).toMatch(/Read-only file system/);
    expect((await run("setfattr", ["-x", "user.comment", plain])).stderr).toMatch(/Read-only file system/);
    expect(await readFile(plain, "utf8")).toBe("plain text\n");
  });

  it("survives its readers being killed in the middle", async () => {
    await using child = await mount();
    const folder = join(child.mountPoint, "acme", "docs", "latest");
    await run("timeout", [
      "--signal=KILL",
      "0.05",
      "sh",
      "-c",
      `while :; do cat '${folder}/medium.bin' | tail -c1; done`,
    ]);
    expect(await readFile(file(child), "utf8")).toBe("plain text\n");
  });
});

describe.each(TRANSPORTS)("a mount point for $name", ({ name }) => {
  const mount = (at = mountPoint): Promise<MountedChild> => mountBy(name, at);

  it("that does not exist, is a file, or is not empty is refused with one sentence", async () => {
    await writeFile(place.join("file"), "");
    await mkdir(place.join("full", "inside"), { recursive: true });
    expect(await messageOf(mount(place.join("nowhere")))).toEqual({
      code: "MOUNT_FAILED",
      message: `The mount point ${place.join("nowhere")} does not exist.`,
    });
    expect(await messageOf(mount(place.join("file")))).toEqual({
      code: "MOUNT_FAILED",
      message: `${place.join("file")} is not a directory.`,
    });
    expect(await messageOf(mount(place.join("full")))).toEqual({
      code: "MOUNT_FAILED",
      message: `${place.join("full")} is not empty.`,
    });
    expect(await mountsIn(place.path)).toEqual([]);
  });

  it("that is a mount already is refused, ours or not", async (ctx) => {
    requireCapability(ctx, "root");
    await using child = await mount();
    expect(await messageOf(mount())).toEqual({
      code: "MOUNT_FAILED",
      message: `${mountPoint} is already a Sharestrata mount.`,
    });
    expect(await readFile(file(child), "utf8")).toBe("plain text\n");
    const foreign = await makeFolder(place.join("tmpfs"));
    await run("mount", ["-t", "tmpfs", "none", foreign]);
    try {
      expect(await messageOf(mount(foreign))).toMatchObject({
        message: `${foreign} is already a mount point (tmpfs).`,
      });
      expect(await messageOf(unmountAt(foreign))).toEqual({
        code: "MOUNT_FAILED",
        message: `What is mounted at ${foreign} is not Sharestrata's (it is tmpfs).`,
      });
    } finally {
      await run("umount", [foreign]);
    }
  });

  it("that is none cannot be unmounted", async () => {
    expect(await messageOf(unmountAt(mountPoint))).toEqual({
      code: "MOUNT_FAILED",
      message: `Nothing is mounted at ${mountPoint}.`,
    });
    expect(await messageOf(unmountAt(place.join("nowhere")))).toMatchObject({ code: "MOUNT_FAILED" });
  });

  it("may be a symlink to a directory, or have any name", async () => {
    const odd = await makeFolder(place.join("a b\\ü'$HOME\tx"));
    await symlink(odd, place.join("link"));
    await using child = await mount(place.join("link"));
    expect(child.mountPoint).toBe(odd);
    expect(await readFile(file(child), "utf8")).toBe("plain text\n");
    child.process.kill("SIGTERM");
    expect(await child.exited).toEqual({ status: 0, signal: null });
  });
});

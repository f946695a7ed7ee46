// What is mounted, as others than the mount's own process see it: alive, dead, and with something else on top.
import { readdir, stat } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MountRoot } from "../../../fs/layout.js";
import { parseMountServers } from "../../../fs/transports/announcement.js";
import type { TransportName } from "../../../fs/transports/transport-name.js";
import { listMounts } from "../../../fs/transports/mount-list.js";
import { unmountAt } from "../../../fs/transports/unmount.js";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { makeFolder, mountInChild, type MountedChild } from "../support/mounted.js";
import { run } from "../support/run.js";
import { EXAMPLE_SHARE, buildExample, type BuiltExample } from "../support/served-example.js";

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
  mountPoint = await makeFolder(place.join("a folder"));
});
afterEach(async () => place?.[Symbol.asyncDispose]());

let transport: TransportName = "auto";
const mount = (root: MountRoot = { kind: "everything" }): Promise<MountedChild> =>
  mountInChild({ folder: example.folder.path, mountPoint, shares: [EXAMPLE_SHARE], root, transport });

const listed = async (): Promise<readonly object[]> =>
  (await listMounts()).filter((found) => found.mountPoint === mountPoint);

describe.each(["fuse-native", "devfuse"] as const)("mounts through %s", (name) => {
  beforeEach((ctx) => {
    if (name === "devfuse") requireCapability(ctx, "root");
    transport = name;
  });

  it("are listed with what is mounted and who serves it", async () => {
    await using child = await mount();
    const { pid } = child.process;
    expect(await listed()).toEqual([
      { mountPoint, source: "sharestrata", state: "alive", covered: false, pid, transport },
    ]);
  });

  it.each<[string, MountRoot]>([
    ["acme/docs", { kind: "share", share: EXAMPLE_SHARE }],
    ["acme/docs@latest~1", { kind: "snapshot", share: EXAMPLE_SHARE, snapshot: { kind: "latest", back: 1 } }],
  ])("are shown by the system's own programs as %s", async (source, root) => {
    await using _child = await mount(root);
    expect(await listed()).toMatchObject([{ source }]);
    expect((await run("findmnt", ["-n", "-o", "SOURCE", mountPoint])).stdout.trim()).toBe(source);
    expect((await run("df", ["--output=source", mountPoint])).stdout).toContain(source);
  });

  it("are dead once their process was killed, also when their attributes are still remembered", async () => {
    await using child = await mount();
    await stat(mountPoint);
    child.process.kill("SIGKILL");
    await child.exited;
    expect(await listed()).toMatchObject([{ state: "dead", covered: false, pid: undefined, transport: undefined }]);
    await unmountAt(mountPoint);
    expect(await listed()).toEqual([]);
  });

  it("are told beneath what was mounted over them, dead or alive", async (ctx) => {
    requireCapability(ctx, "root");
    await using child = await mount();
    await run("mount", ["-t", "tmpfs", "none", mountPoint]);
    try {
      expect(await listed()).toMatchObject([{ state: "alive", covered: true }]);
      child.process.kill("SIGKILL");
      await child.exited;
      expect(await listed()).toMatchObject([{ state: "dead", covered: true }]);
    } finally {
      await run("umount", [mountPoint]);
    }
    await expect(readdir(mountPoint)).rejects.toThrow("ENOTCONN");
  });
});

describe("the processes that serve mounts", () => {
  it("are read from the names of sockets, and from nothing that only looks similar", () => {
    const text = [
      "Num       RefCount Protocol Flags    Type St Inode Path",
      "00000000d8c935c6: 00000002 00000000 00010000 0001 01 1692325 @sharestrata/mount/0:53/27300/fuse-native@@@@",
      "00000000d8c935c7: 00000002 00000000 00010000 0001 01 1692326 /run/sharestrata/mount/0:54/1/devfuse",
      "00000000d8c935c8: 00000002 00000000 00010000 0001 01 1692327 @sharestrata/mount/0:55/x/devfuse",
      "00000000d8c935c9: 00000003 00000000 00000000 0001 03 1692328",
      "",
    ].join("\n");
    expect([...parseMountServers(text)]).toEqual([["0:53", { pid: 27300, transport: "fuse-native" }]]);
  });
});

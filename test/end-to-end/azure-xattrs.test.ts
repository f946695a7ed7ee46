// What Azure Files knows of a file, as a program sees it in a mount: backed up over HTTP, read with getfattr.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { beforeEach, expect, it } from "vitest";
import { Setting } from "../cli/support/cli.js";
import { Emulator } from "../emulator/emulator.js";
import { serviceClient } from "../emulator/tests/fixture.js";
import { runUnmount } from "../../fs/transports/unmount.js";
import { program } from "../support/programs.js";
import { requireCapability } from "../support/requires.js";
import { mountsIn } from "../support/tmp.js";

const run = promisify(execFile);
const SDDL = "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;BU)";
const exact = (time: string): Date => time as unknown as Date;

beforeEach((ctx) => requireCapability(ctx, "fuse", "root", "xattr"));

it("are told of files and folders by a mount through /dev/fuse", async () => {
  await using emulator = await Emulator.start();
  await using setting = await Setting.create();
  const share = serviceClient(emulator).getShareClient("docs");
  await share.create();
  const { filePermissionKey } = await share.createPermission(SDDL);
  const common = {
    creationTime: exact("2001-02-03T04:05:06.1234567Z"),
    lastWriteTime: exact("2002-03-04T05:06:07.7654321Z"),
    changeTime: exact("2003-04-05T06:07:08.0000001Z"),
  };
  const file = share.rootDirectoryClient.getFileClient("f");
  const md5 = Buffer.alloc(16, 7);
  await file.create(3, {
    ...common,
    fileAttributes: "ReadOnly | Hidden" as never,
    filePermissionKey: filePermissionKey ?? "",
    metadata: { owner: "us" },
    fileHttpHeaders: {
      fileContentType: "text/x-odd",
      fileContentEncoding: "odd",
      fileContentLanguage: "cy",
      fileCacheControl: "no-store",
      fileContentDisposition: "inline",
      fileContentMD5: md5,
    },
  });
  await share.getDirectoryClient("d").create({ ...common, fileAttributes: "System" as never, metadata: { of: "d" } });
  const source = `azure-files://devstoreaccount1/docs?endpoint=${emulator.endpoint()}`;
  await setting.run("init", "--share", "acme/docs", "--source", source, "--store", setting.path("store"));
  await setting.run("backup", "acme/docs");
  const { etag } = await file.getProperties();

  const point = setting.path("mnt");
  await mkdir(point);
  const words = ["mount", point, "acme/docs@latest", "--transport", "devfuse", "--config", setting.config, "--json"];
  const child = spawn(process.execPath, [program("cli/main.ts"), ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const complaints = text(child.stderr);
  try {
    await once(child.stdout, "data");
    const told = async (name: string): Promise<Readonly<Record<string, string>>> => {
      const { stdout } = await run("getfattr", ["--only-values", "-n", "user.sharestrata", join(point, name)]);
      const pairs = stdout
        .trimEnd()
        .split("\n")
        .map((line) => /^([^=]*)=(.*)$/.exec(line)?.slice(1) ?? []);
      return Object.fromEntries(pairs) as Record<string, string>;
    };
    expect(await told("f")).toMatchObject({
      created: "2001-02-03T04:05:06.123456700Z",
      changed: "2003-04-05T06:07:08.000000100Z",
      attributes: "ReadOnly | Hidden",
      "permission-key": filePermissionKey,
      acl: SDDL,
      // As listings write it.
      etag: etag?.replaceAll('"', ""),
      "content-type": "text/x-odd",
      "content-encoding": "odd",
      "content-language": "cy",
      "cache-control": "no-store",
      "content-disposition": "inline",
      "content-md5": md5.toString("hex"),
      "metadata.owner": "us",
    });
    expect(await told("d")).toMatchObject({
      created: "2001-02-03T04:05:06.123456700Z",
      attributes: "System | Directory",
      "metadata.of": "d",
    });
    const one = await run("getfattr", ["--only-values", "-n", "user.sharestrata.acl", join(point, "f")]);
    expect(one.stdout).toBe(SDDL);
    const missing = await run("getfattr", ["-n", "user.sharestrata.nothing", join(point, "f")]).catch(
      (error: { stderr: string }) => error,
    );
    expect(missing.stderr).toMatch(/No such attribute/);
  } finally {
    if ((await mountsIn(point)).length > 0) await runUnmount(point, "plain");
    if (child.exitCode === null) await once(child, "exit");
  }
  expect(await complaints).toBe("");
});

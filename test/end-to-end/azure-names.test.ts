/**
 * Names as only Azure Files has them, from the service to the mount: what other clients have created is backed up over HTTP through the
 * real SDK by the built command, told by `ls` and shown by a mount, each name as it is and with its own bytes.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, expect, it } from "vitest";
import { Emulator } from "../emulator/emulator.js";
import { requireCapability } from "../support/requires.js";
import { temporaryDirectory } from "../support/tmp.js";
import { readTree } from "../support/tree.js";

const run = promisify(execFile);
const command = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");

async function sharestrata(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [command, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A path of 2048 characters, each component as long as may be. */
const DEEP =
  ["a", "b", "c", "d", "e", "f", "g"].map((letter) => letter.repeat(255)).join("/") +
  `/${"h".repeat(100)}/${"i".repeat(155)}`;

const NAMES = [
  "report",
  "report.",
  "report..",
  " both ",
  "trailing ",
  "50% of 100%25",
  "%41%2F",
  "#1 a+b &amp; <x>".replace(/[<>]/g, ""),
  "semi;colon='~!@$^()[]{}`,",
  "Zo\u00EB",
  "Zoe\u0308",
  "\u65E5\u672C\u8A9E \u{1F642}",
  "odd\uFFFE\uFFFF",
  "\uFEFFmark",
  "__proto__",
  "\u00FC".repeat(255),
  "folder./ inner /50%.",
  DEEP,
];
/** What only an NFS share keeps apart, or takes at all. */
const POSIX_NAMES = [
  "README",
  "readme",
  "back\\slash",
  "tab\there",
  "line\nbreak",
  "\u0001\u007F",
  'a:b|c"d*e?',
  "con",
];

beforeEach((ctx) => requireCapability(ctx, "fuse"));

it("keeps every name that the service has, up to the mount", async () => {
  expect(DEEP).toHaveLength(2048);
  await using directory = await temporaryDirectory();
  await using emulator = await Emulator.start();
  const service = emulator.service();
  const names = { smb: NAMES, nfs: [...NAMES, ...POSIX_NAMES] };
  const config = directory.join("sharestrata.yaml");
  for (const share of ["smb", "nfs"] as const) {
    const { files } = service.createShare(share, { protocol: share === "nfs" ? "NFS" : "SMB" });
    // Not by a path in one text: a backslash would part it.
    for (const name of names[share]) {
      const path = name.split("/");
      for (let length = 1; length < path.length; length++) {
        if (!service.share(share).live.find(path.slice(0, length))) files.createDirectory(path.slice(0, length));
      }
      files.createFile(path, { size: Buffer.byteLength(name) });
      files.writeRange(path, 0, Buffer.from(name));
    }
    const source = `azure-files://devstoreaccount1/${share}?endpoint=${emulator.endpoint()}`;
    const store = `file://${directory.join("store")}`;
    await sharestrata("init", "--config", config, "--share", `acme/${share}`, "--source", source, "--store", store);
    await sharestrata("backup", `acme/${share}`, "--config", config);
  }
  const mount = directory.join("mount");
  await mkdir(mount);
  await sharestrata("mount", mount, "--background", "--config", config);
  try {
    for (const share of ["smb", "nfs"] as const) {
      const expected = names[share].toSorted();
      const listed = (await sharestrata("ls", "-R", `acme/${share}`, "--json", "--config", config))
        .trimEnd()
        .split("\n");
      const entries = listed.map((line) => JSON.parse(line) as { readonly path: string; readonly kind: string });
      const paths = entries.filter(({ kind }) => kind === "file").map(({ path }) => path.slice(1));
      expect(paths.toSorted()).toEqual(expected);
      // The folder itself, as the link to it is relative and the longest path has no room to spare.
      const latest = join(mount, "acme", share, "latest");
      const tree = await readTree(`${latest}/.`);
      const found = [...tree].filter(([, { kind }]) => kind === "file");
      expect(found.map(([path]) => path).toSorted()).toEqual(expected);
      for (const name of expected) expect((await readFile(`${latest}/${name}`)).toString()).toBe(name);
    }
  } finally {
    await sharestrata("umount", mount);
  }
});

// Names that other file systems could not hold, or would take for one another, through real mounts.
import { execFileSync } from "node:child_process";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory } from "../../support/tmp.js";
import type { TreeEntry } from "../../support/tree/model.js";
import { makeFolder, mountInChild } from "../support/mounted.js";
import { run } from "../support/run.js";
import { ShareBuilder } from "../support/share-builder.js";
import { directory, file } from "../support/trees.js";

const SHARE = { tenant: "acme", share: "docs" };

/** The longest there are: 255 units of UTF-16, of three bytes of UTF-8 each; and 254 of four bytes to two units. */
const LONGEST = "文".repeat(255);
const LONG_PAIRS = "📏".repeat(127);

/** What a share can hold and differs by nothing but case, normalisation or a character that only looks alike. */
const ALIKE = [
  "Name",
  "name",
  "NAME",
  "\u00E9",
  "e\u0301",
  "\u212B",
  "\u00C5",
  "A\u030A",
  "\uFB01",
  "fi",
  "a.",
  "a",
  "a ",
  "ß",
  "ss",
];

/** Nothing that POSIX minds, and something that programs may. */
const ODD = [
  "\uFFFE",
  "\uFFFF",
  "\uF022",
  "\u0001",
  "\u007F",
  "a\nb",
  "a\\b",
  "a:b",
  "*?<>|",
  "%2F",
  "\u2215",
  "...",
  " ",
  "\u202E",
];

describe.each(["fuse-native", "devfuse"] as const)("names through %s", (transport) => {
  beforeEach((ctx) => {
    requireCapability(ctx, "fuse");
    if (transport === "devfuse") requireCapability(ctx, "root");
  });

  it("are listed, found and read as the source has them, however long and however alike", async () => {
    const all = [...ALIKE, ...ODD, LONGEST, LONG_PAIRS];
    await using folder = await temporaryDirectory();
    {
      await using builder = await ShareBuilder.create(folder.path, SHARE);
      const tree = new Map<string, TreeEntry>(all.map((name) => [name, file(`I am ${name}`)]));
      tree.set("deep", directory());
      let path = "deep";
      for (let n = 0; n < 2; n++) tree.set((path += `/${LONGEST}`), directory());
      tree.set(`${path}/bottom`, file("bottom"));
      await builder.snapshot(tree);
    }
    const mountPoint = await makeFolder(folder.join("mnt"));
    await using _child = await mountInChild({
      folder: folder.path,
      mountPoint,
      shares: [SHARE],
      root: { kind: "snapshot", share: SHARE, snapshot: { kind: "latest", back: 0 } },
      transport,
    });
    expect((await readdir(mountPoint)).toSorted()).toEqual([...all, "deep"].toSorted());
    for (const name of all) {
      expect((await stat(join(mountPoint, name))).size).toBe(Buffer.byteLength(`I am ${name}`));
      expect(await readFile(join(mountPoint, name), "utf8")).toBe(`I am ${name}`);
    }
    await expect(stat(join(mountPoint, "nAME"))).rejects.toThrow("ENOENT");
    const bottom = execFileSync("find", [mountPoint, "-name", "bottom", "-printf", "%f"], { encoding: "utf8" });
    expect(bottom).toBe("bottom");
    expect((await run("getconf", ["NAME_MAX", mountPoint])).stdout).toBe("765\n");
  });
});

// The rooms of docs/design.md import downward only. The rules with their reasons are in test/support/layers.ts.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { layeringFaults, packages, roomOf, rooms } from "./support/layers.js";

const root = join(import.meta.dirname, "..");

function sourcesIn(room: string): readonly string[] {
  return readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|tsx)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

describe("every file of the product", () => {
  it.each(Object.keys(rooms))("in %s/ imports only what its room may", (room) => {
    const files = sourcesIn(room);
    expect(files).not.toEqual([]);
    expect(files.flatMap((file) => layeringFaults(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
  });

  it("imports only packages that are installed with the product, and every one of those has a rule", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(packages).toSorted()).toEqual(Object.keys(dependencies).toSorted());
  });
});

describe("the rules", () => {
  it("know a room by the first folder, and nothing but rooms", () => {
    expect(roomOf("core/ids.ts")).toBe("core");
    expect(roomOf("daemon/sources/local/walk.ts")).toBe("daemon");
    expect(roomOf("test/core/ids.test.ts")).toBeUndefined();
    expect(roomOf("vitest.config.ts")).toBeUndefined();
  });

  it.each<[string, string, string, RegExp]>([
    ["an import upward", "fs/mount.ts", "../daemon/jobs.js", /fs\/ may not import daemon\/, because a mount/],
    ["siblings knowing each other", "catalog/a.ts", "../store/b.js", /catalog\/ may not import store\//],
    ["siblings the other way round", "store/a/b.ts", "../../catalog/c.js", /store\/ may not import catalog\//],
    ["somebody using the command line", "daemon/run.ts", "../cli/output.js", /daemon\/ may not import cli\//],
    ["core leaning on anything", "core/pool.ts", "../schemas/generated/x.js", /core\/ may not import schemas\//],
    ["test code in the product", "daemon/run.ts", "../test/support/tree.js", /in no room of the product/],
    ["bench code in the product", "fs/mount.ts", "../bench/timer.js", /in no room of the product/],
    ["I/O in core", "core/log.ts", "node:fs", /core\/ does no I\/O/],
    ["network in core", "core/clock.ts", "node:net", /core\/ does no I\/O/],
    ["a package in the wrong room", "daemon/run.ts", "fuse-native", /fuse-native belongs to fs\//],
    [
      "a package in the wrong folder of a room",
      "daemon/backup/run.ts",
      "@azure/storage-file-share",
      /daemon\/sources\//,
    ],
    ["a part of a package in the wrong room", "fs/names.ts", "yargs/helpers", /yargs belongs to cli\//],
    ["a package nobody has a rule for", "store/x.ts", "left-pad", /wants a line and a reason/],
  ])("find %s", (_, file, imported, expected) => {
    const faults = layeringFaults(file, `import { x } from "${imported}";\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(expected);
  });

  it.each([
    ["cli/main.ts", "../daemon/backup/run.js"],
    ["daemon/mounts.ts", "../fs/mount.js"],
    ["fs/reader.ts", "../store/objects.js"],
    ["catalog/tree.ts", "lmdb"],
    ["core/log.ts", "node:async_hooks"],
    ["store/backends/local.ts", "node:fs/promises"],
    ["test/support/anything.ts", "../../cli/main.js"],
  ])("let %s import %s", (file, imported) => {
    expect(layeringFaults(file, `import { x } from "${imported}";\n`)).toEqual([]);
  });
});

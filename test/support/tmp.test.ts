import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { mountPointsIn, mountsIn, temporaryDirectory } from "./tmp.js";

describe("temporaryDirectory", () => {
  it("is there inside the block and gone after it, with all it holds", async () => {
    let path: string;
    {
      await using dir = await temporaryDirectory();
      path = dir.path;
      await mkdir(dir.join("a", "b"), { recursive: true });
      await writeFile(dir.join("a", "b", "c"), "content");
      expect(existsSync(dir.join("a", "b", "c"))).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("is another one each time", async () => {
    await using first = await temporaryDirectory();
    await using second = await temporaryDirectory();
    expect(first.path).not.toBe(second.path);
  });
});

describe("mountsIn", () => {
  const mountinfo = [
    "22 1 0:20 / / rw - ext4 /dev/sda1 rw",
    String.raw`30 22 0:31 / /tmp/x/my\040mount rw - fuse sharestrata rw`,
    "31 22 0:32 / /tmp/xy rw - tmpfs tmpfs rw",
    "32 22 0:33 / /tmp/x rw - tmpfs tmpfs rw",
    "",
  ].join("\n");

  it("finds mounts at and beneath a folder, and none of a namesake", () => {
    expect(mountPointsIn(mountinfo, "/tmp/x")).toEqual(["/tmp/x/my mount", "/tmp/x"]);
  });

  it("finds nothing in a fresh folder", async () => {
    await using dir = await temporaryDirectory();
    expect(await mountsIn(dir.path)).toEqual([]);
  });
});

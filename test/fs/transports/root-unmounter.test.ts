// What the small shell that stays root does when it is told to, and what it does not do.
import { mkdir } from "node:fs/promises";
import { beforeEach, expect, it } from "vitest";
import { RootUnmounter } from "../../../fs/transports/root-unmounter.js";
import { requireCapability } from "../../support/requires.js";
import { mountsIn, temporaryDirectory } from "../../support/tmp.js";
import { run } from "../support/run.js";

beforeEach((ctx) => requireCapability(ctx, "fuse", "root"));

it.each(["plain", "lazy", "abort"] as const)("takes away (%s) the mount it was told, and no other", async (mode) => {
  await using folder = await temporaryDirectory();
  const [told, first] = [folder.join("my *\t$(backups) "), folder.join("my")];
  for (const path of [told, first]) {
    await mkdir(path);
    await run("mount", ["-t", "tmpfs", "none", path]);
  }
  try {
    using unmounter = RootUnmounter.start();
    expect(await unmounter?.run(told, mode)).toBe("done");
    expect(await mountsIn(folder.path)).toEqual([first]);
    expect(await unmounter?.run(told, mode)).toEqual({ message: expect.stringMatching(/not mounted/) as string });
  } finally {
    for (const path of await mountsIn(folder.path)) await run("umount", ["--lazy", path]);
  }
});

// A hundred thousand files open at a time: what that costs is the kernel's, and the mount goes on as before.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { run } from "../../fs/support/run.js";
import { serveExample } from "../../fs/support/served-example.js";
import { TRANSPORTS } from "../../fs/support/transports.js";

const OPEN_FILES = 100_000;
const PROBE = join(import.meta.dirname, "../../fs/support/probe.pl");

describe.each(TRANSPORTS)("a mount by $name", ({ name }) => {
  beforeEach((ctx) => requireCapability(ctx, "fuse"));

  it("serves programs that have 100 000 files open, and all others meanwhile", async () => {
    await using example = await serveExample(name);
    const snapshot = join(example.child.mountPoint, "latest");
    const files = Array.from({ length: 300 }, (_, n) => join(snapshot, "many", `file ${n}`)).slice(1, 40);
    const limit = Number((await run("sh", ["-c", "ulimit -Hn"])).stdout) || OPEN_FILES + 100;
    const script = 'ulimit -n "$(ulimit -Hn)" && exec perl "$@"';
    const each = Math.min(OPEN_FILES, limit - 100);
    const program = run("sh", ["-c", script, "sh", PROBE, "many", `${OPEN_FILES}`, `${each}`, ...files]);
    for (let n = 0; n < 20; n++) {
      expect(await readFile(join(snapshot, "many", "file 5"), "utf8")).toBe("number 5\n".repeat(5));
    }
    expect(await program).toEqual({ status: 0, stdout: `${OPEN_FILES} 6e\n`, stderr: "" });
    expect(await readFile(join(snapshot, "many", "file 7"), "utf8")).toBe("number 7\n".repeat(7));
  });
});

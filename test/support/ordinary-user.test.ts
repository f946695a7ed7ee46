import { chmod, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ordinaryUser } from "./ordinary-user.js";
import { temporaryDirectory } from "./tmp.js";

it("is stopped by file permissions, whoever runs the tests, and only until the end of the block", async () => {
  await using dir = await temporaryDirectory();
  await writeFile(dir.join("open"), "open");
  await writeFile(dir.join("closed"), "closed");
  await chmod(dir.join("closed"), 0);
  const before = [process.geteuid?.(), process.getegid?.(), process.getgroups?.()];
  {
    using _ = ordinaryUser(dir.path);
    expect(await readFile(dir.join("open"), "utf8")).toBe("open");
    await expect(readFile(dir.join("closed"))).rejects.toMatchObject({ code: "EACCES" });
    expect(() => readFileSync(dir.join("closed"))).toThrow(/EACCES/);
  }
  expect([process.geteuid?.(), process.getegid?.(), process.getgroups?.()]).toEqual(before);
});

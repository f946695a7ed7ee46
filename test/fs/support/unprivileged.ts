// Mounts as whoever runs it, looks at the mount, and prints what it found as JSON: for the tests of mounting without
// being root, which the test process often is. Usage: node unprivileged.js '<MountChildOptions as JSON>'
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mountsIn } from "../../support/tmp.js";
import type { MountChildOptions } from "./mount-child.js";
import { mountInChild } from "./mounted.js";

const options = JSON.parse(process.argv[2] ?? "{}") as MountChildOptions;
const found: Record<string, unknown> = { user: process.getuid?.() };
try {
  await using child = await mountInChild(options);
  const file = join(child.mountPoint, "latest", "a");
  const { uid, gid, mode } = await stat(file);
  found["content"] = await readFile(file, "utf8");
  found["attributes"] = [uid, gid, (mode & 0o777).toString(8)];
  found["write"] = await writeFile(file, "x").catch((error: unknown) => (error as { code?: unknown }).code);
  child.process.kill("SIGTERM");
  found["exit"] = await child.exited;
} catch (error) {
  found["message"] = (error as Error).message;
}
found["left"] = await mountsIn(options.mountPoint);
console.log(JSON.stringify(found));

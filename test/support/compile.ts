// Owns compiling everything once for a run of vitest. Tests start processes of their own, and each would otherwise translate
// every module that it loads, which takes it a second.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { PROGRAMS } from "./programs.js";

const root = join(import.meta.dirname, "..", "..");

export default function setup(project: TestProject): () => void {
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(root, ".tmp", "programs-"));
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  // Other users than ours run them too.
  chmodSync(folder, 0o755);
  // Types are checked elsewhere.
  const args = [
    "-p",
    join(root, "tsconfig.json"),
    "--outDir",
    folder,
    "--rootDir",
    root,
    "--noEmit",
    "false",
    "--noCheck",
  ];
  const compile = (): void => {
    spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...args], { stdio: "inherit" });
    if (!existsSync(join(folder, "cli", "main.js"))) throw new Error("tsc has not made the programs that tests start");
  };
  compile();
  project.onTestsRerun(compile);
  process.env[PROGRAMS] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

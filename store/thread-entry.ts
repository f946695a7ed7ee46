/** Where a thread's program is: the built file; where there is only its source (the project's own tests), that. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** @param compiled of the built file, as `new URL("./name.js", import.meta.url)` has it */
export function threadEntry(compiled: URL): URL {
  if (existsSync(fileURLToPath(compiled))) return compiled;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm/api")).href.replace(/\.cjs$/, ".mjs");
  const source = compiled.href.replace(/\.js$/, ".ts");
  const program = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

// Owns starting a thread from a TypeScript file of the tests, which a Worker does not load by itself.
import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm/api")).href.replace(/\.cjs$/, ".mjs");

/** @param file absolute path of the thread's program */
export function startThread(file: string, workerData: unknown): Worker {
  const source = pathToFileURL(file).href;
  const program = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(source)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData, execArgv: [] });
}

/** The next message of a thread. @throws what the thread dies of */
export async function messageOf(worker: Worker): Promise<unknown> {
  const [message] = (await once(worker, "message")) as [unknown];
  return message;
}

// A process of its own that writes the script into a catalog, from wherever the one before it was killed. It says on
// stdout, a line each, what is durable. Usage: node writer-child.js '<WriterOptions as JSON>'
import { writeSync } from "node:fs";
import { BatchApplier } from "../../../catalog/batch-applier.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { fail } from "./checks.js";
import { digestOf, makeScript, type ScriptOptions } from "./script.js";

export interface WriterOptions {
  readonly folder: string;
  readonly script: ScriptOptions;
  /** The last snapshot to publish. */
  readonly until?: number;
  /** In the midst of which of a batch's transactions, counted from 1, to send itself the signal: in the first batch that has so many. */
  readonly signal?: { readonly name: "SIGKILL" | "SIGSTOP"; readonly inStep: number };
}

const options = JSON.parse(process.argv[2] ?? "{}") as WriterOptions;
const script = makeScript(options.script);
const say = (line: string): void => void writeSync(1, `${line}\n`);

const { signal } = options;
if (signal) {
  const steps = new WeakMap<BatchApplier, number>();
  let isSent = false;
  const step = Reflect.get(BatchApplier.prototype, "step");
  BatchApplier.prototype.step = function stepAndStop(mostLeaves) {
    const isDone = step.call(this, mostLeaves);
    const count = (steps.get(this) ?? 0) + 1;
    steps.set(this, count);
    if (count < signal.inStep || isSent) return isDone;
    isSent = true;
    process.kill(process.pid, signal.name);
    return isDone;
  };
}

say("ready");
const catalog = openCatalog(options.folder);
const claim = await catalog.claim();
for (const { record, batches } of script.slice(catalog.snapshots().length, options.until)) {
  const { number, segments, isPartial } = await catalog.begin();
  if (number !== record.number) fail(`snapshot ${number} is begun, expected ${record.number}`);
  say(`begun ${number} ${segments} ${isPartial}`);
  for (const [segment, batch] of batches.entries()) {
    const isKnown = catalog.holds(segment, digestOf(number, segment));
    const isExpected = segment < segments + (isPartial ? 1 : 0);
    if (isKnown !== isExpected) fail(`segment ${segment} of ${number} is ${isKnown ? "" : "not "}held`);
    // Those that are applied already as well: they are passed over.
    await catalog.apply(number, segment, batch, digestOf(number, segment));
    if (segment >= segments) say(`applied ${number} ${segment}`);
  }
  await catalog.publish(record);
  say(`published ${number}`);
}
await claim[Symbol.asyncDispose]();
await catalog[Symbol.asyncDispose]();
say("through");

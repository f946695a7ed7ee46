/** The benchmark's arguments. */
import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly nodes: number;
  readonly flat: number;
  readonly snapshots: number;
  readonly seed: number;
  readonly sourceIds: boolean;
  readonly naive: boolean;
  /** Where the databases stay; undefined: in a temporary folder that is removed. */
  readonly keep: string | undefined;
  readonly json: boolean;
}

export const USAGE = `npm run bench:catalog -- [options]
  --nodes N        nodes of the tree (10000000); 0: no tree
  --flat N         files of the flat directory (5000000); 0: none
  --snapshots N    further snapshots (30)
  --seed N         of everything random (1)
  --source-ids     give nodes the identities of an Azure Files share
  --skip-naive     the catalog alone, for its own memory
  --keep DIR       leave the databases in DIR, which must not exist or be empty
  --json           print JSON
`;

/** @returns undefined when help is asked for @throws Error for anything it does not understand */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      nodes: { type: "string", default: "10000000" },
      flat: { type: "string", default: "5000000" },
      snapshots: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      "source-ids": { type: "boolean", default: false },
      "skip-naive": { type: "boolean", default: false },
      keep: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  return {
    nodes: count("nodes", values.nodes),
    flat: count("flat", values.flat),
    snapshots: count("snapshots", values.snapshots),
    seed: count("seed", values.seed),
    sourceIds: values["source-ids"],
    naive: !values["skip-naive"],
    keep: values.keep,
    json: values.json,
  };
}

function count(name: string, text: string): number {
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} wants a whole number, not "${text}"`);
  return value;
}

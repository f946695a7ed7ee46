// Owns the rules of who may import whom, and the check of one file against them. The tables are the rules: to allow
// something new, add a line with its reason, or find out that it belongs elsewhere.
import { posix } from "node:path";
import { importsIn } from "./imports.js";

/** From top to bottom. Imports go downward only; what is not listed is not allowed. */
export const rooms = {
  cli: {
    mayImport: ["daemon", "fs", "catalog", "store", "schemas", "core"],
    why: "the command line uses every room, and nobody uses it: whatever two commands share belongs further down",
  },
  daemon: {
    mayImport: ["fs", "catalog", "store", "schemas", "core"],
    why: "backups and jobs must run where there is no terminal, so they know nothing of the command line",
  },
  fs: {
    mayImport: ["catalog", "store", "schemas", "core"],
    why: "a mount reads what is stored and must go on when no daemon runs",
  },
  catalog: {
    mayImport: ["schemas", "core"],
    why: "the index can be lost and built again from the store, so neither may lean on the other",
  },
  store: {
    mayImport: ["schemas", "core"],
    why: "objects must be readable without an index, so the store knows nothing of the catalog",
  },
  schemas: {
    mayImport: ["core"],
    why: "a stored format outlives all code that uses it",
  },
  core: {
    mayImport: [],
    why: "words that everybody uses can depend on nobody",
  },
} as const satisfies Readonly<Record<string, { readonly mayImport: readonly string[]; readonly why: string }>>;

type Room = keyof typeof rooms;

/** Packages, the places (path prefixes) that may import them, and why only those. */
export const packages: Readonly<Record<string, { readonly places: readonly string[]; readonly why: string }>> = {
  "@azure/core-rest-pipeline": {
    places: ["daemon/sources/azure/"],
    why: "a listing goes through the SDK's pipeline, and is read before the SDK parses it",
  },
  "@azure/identity": { places: ["daemon/sources/"], why: "how a source is signed in to is the source's affair" },
  "@azure/storage-file-share": {
    places: ["daemon/sources/", "daemon/restore/azure/"],
    why: "a source hides which service it reads, and a target which it writes",
  },
  "@cloudpss/zstd": { places: ["store/"], why: "compression is an affair of stored bytes" },
  "cli-progress": { places: ["cli/"], why: "only the command line has a terminal" },
  "cli-table3": { places: ["cli/"], why: "only the command line has a terminal" },
  "pretty-bytes": { places: ["cli/"], why: "inside, sizes are numbers" },
  flatbuffers: { places: ["schemas/", "store/", "daemon/"], why: "bytes become fields in codecs and nowhere else" },
  "fuse-native": { places: ["fs/"], why: "a transport is the only one that knows what carries it" },
  lmdb: {
    places: ["catalog/", "daemon/queue/"],
    why: "the catalog hides its database; the embedded queue has its own",
  },
  "lru-cache": {
    places: ["fs/", "store/", "catalog/", "daemon/restore/"],
    why: "caches belong to those who read, and to those who ask a service",
  },
  "p-map": { places: ["core/", "store/", "fs/", "daemon/"], why: "bounded work, never in the command line" },
  pino: {
    places: ["cli/"],
    why: "rooms get a logger handed in, and only who starts the process decides where it writes",
  },
  "tar-stream": { places: ["store/"], why: "that bundles are TARs is the store's affair" },
  "xxhash-addon": { places: ["core/", "store/", "daemon/"], why: "the fingerprint is made where content is read" },
  yaml: { places: ["daemon/config/", "cli/"], why: "inside, the configuration is a checked value" },
  yargs: { places: ["cli/"], why: "arguments are parsed at the edge" },
  zod: {
    places: ["daemon/config/", "catalog/"],
    why: "what comes from a person or from disk is checked where it comes in",
  },
};

/** What core may take from Node: things that compute and wait, and nothing that reads, writes or talks. */
export const pureBuiltins: readonly string[] = [
  "node:assert",
  "node:async_hooks",
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:path",
  "node:perf_hooks",
  "node:stream",
  "node:timers",
  "node:timers/promises",
  "node:util",
];

/** The room of a path relative to the repository, or undefined for everything that is no product code. */
export function roomOf(path: string): Room | undefined {
  const first = path.split("/", 1)[0] as Room;
  return first in rooms ? first : undefined;
}

/** What a product file imports against the rules, one sentence each, with the reason behind the rule. */
export function layeringFaults(path: string, source: string): readonly string[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  return importsIn(source).flatMap((name) => {
    const fault = name.startsWith(".")
      ? faultOfPath(room, posix.join(posix.dirname(path), name))
      : name.startsWith("node:")
        ? faultOfBuiltin(room, name)
        : faultOfPackage(path, name);
    return fault === undefined ? [] : [`${path} imports ${name}: ${fault}`];
  });
}

function faultOfPath(room: Room, target: string): string | undefined {
  const other = roomOf(target);
  if (other === room) return undefined;
  if (other === undefined) {
    return `${target} is in no room of the product, and is not there where the product is installed`;
  }
  if ((rooms[room].mayImport as readonly string[]).includes(other)) return undefined;
  return `${room}/ may not import ${other}/, because ${rooms[room].why}`;
}

function faultOfBuiltin(room: Room, name: string): string | undefined {
  if (room === "core" && !pureBuiltins.includes(name)) {
    return "core/ does no I/O of its own, so that everything may use it and its tests need nothing";
  }
  if (room === "schemas") return "schemas/ holds formats, which need nothing of the machine";
  return undefined;
}

function faultOfPackage(path: string, name: string): string | undefined {
  const packageName = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  const rule = packages[packageName];
  if (rule === undefined)
    return "no rule says who may use this package; test/support/layers.ts wants a line and a reason";
  if (rule.places.some((place) => path.startsWith(place))) return undefined;
  return `${packageName} belongs to ${rule.places.join(", ")}, because ${rule.why}`;
}

/** The small tables of a catalog, read whole: what everything else is held against. */
import { safeInteger } from "../../core/ids.js";
import { DamagedError, messageOf } from "../../core/errors.js";
import type { Snapshot } from "../../core/snapshot.js";
import { keyNumber } from "../keys.js";
import { decodeSnapshot } from "../snapshot-codec.js";
import { expectFormat, isState, type CatalogState } from "../tables.js";
import { posixValue } from "../values.js";
import type { FileState, StateRow } from "./file-state.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";

interface KnownEpoch {
  readonly snapshot: number;
  readonly version: number;
  readonly node: number;
}

export class Known {
  readonly #file: FileState;
  readonly #folder: string;
  /** undefined until `read` has found it. */
  state: CatalogState | undefined;
  readonly snapshots: Snapshot[] = [];
  readonly epochs: KnownEpoch[] = [];
  readonly posix = new Set<number>([0]);

  /** @param folder of the catalog, for errors */
  constructor(file: FileState, folder: string) {
    this.#file = file;
    this.#folder = folder;
  }

  /** @throws SharestrataError `NEWER_FORMAT`; OutdatedCatalogError */
  *read(): Findings {
    yield* this.#meta();
    yield* this.#each("snapshots", ({ key, value }) => {
      const snapshot = decodeSnapshot(value.toString("utf8"));
      const isOwn = key.length === 4 && key.readUInt32BE(0) === snapshot.number;
      this.snapshots.push(snapshot);
      return isOwn ? undefined : `the row of snapshot ${snapshot.number} has another number as its key`;
    });
    yield* this.#each("epochs", ({ key, value }) => {
      if (key.length !== 4 || value.length !== 16) return "a row has another size";
      const version = keyNumber(value, 0, "epochs");
      const node = keyNumber(value, 8, "epochs");
      const before = this.epochs.at(-1);
      this.epochs.push({ snapshot: key.readUInt32BE(0), version, node });
      const isAscending = !before || (before.version <= version && before.node <= node);
      return isAscending ? undefined : `snapshot ${key.readUInt32BE(0)} begins before the one before it`;
    });
    yield* this.#each("posix", ({ key, value }) => {
      const { mode } = posixValue.decode(value);
      this.posix.add(keyNumber(key, 0, "posix"));
      return mode <= 0o7777 ? undefined : `mode ${mode.toString(8)} is more than permission bits`;
    });
    yield* this.#each("applied", ({ key, value }) => {
      keyNumber(key, 0, "applied");
      return value.length === 32 || value.length === 0 ? undefined : "a row has another size";
    });
    yield* this.#together();
  }

  /** The newest snapshot that entries may belong to: published or not. 0 before the first. */
  get newest(): number {
    return Math.max(this.state?.unfinished?.number ?? 0, this.snapshots.at(-1)?.number ?? 0);
  }

  /** The snapshot that brought a version; 0 when none did. */
  sinceOf(version: number): number {
    return this.#find(version, "version");
  }

  /** The snapshot that brought a node; 0 when none did. */
  cameOf(nodeId: number): number {
    return this.#find(nodeId, "node");
  }

  hasBegun(snapshot: number): boolean {
    return this.epochs.some((epoch) => epoch.snapshot === snapshot);
  }

  /** Of a snapshot that is applied in part not all is written yet. */
  isPartial(snapshot: number): boolean {
    const unfinished = this.state?.unfinished;
    return unfinished?.isPartial === true && unfinished.number === snapshot;
  }

  #find(number: number, what: "version" | "node"): number {
    let low = 0;
    let high = this.epochs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.epochs[middle] as KnownEpoch)[what] <= number) low = middle + 1;
      else high = middle;
    }
    return this.epochs[low - 1]?.snapshot ?? 0;
  }

  *#meta(): Findings {
    const rows = new Map<string, unknown>();
    yield* this.#each("meta", ({ key, value }) => {
      rows.set(key.toString("latin1").replace(/\0+$/, ""), JSON.parse(value.toString("utf8")) as unknown);
      return undefined;
    });
    const format = rows.get("format");
    // Of another format nothing can be said.
    if (typeof format === "number") expectFormat(format, this.#folder);
    else yield problem("record", "meta: format", "the catalog's format is damaged");
    const state = rows.get("state");
    if (isState(state)) this.state = state;
    else yield problem("record", "meta: state", "the catalog's counters are damaged");
  }

  *#together(): Findings {
    const begun = new Set(this.epochs.map(({ snapshot }) => snapshot));
    for (const { number } of this.snapshots) {
      if (!begun.has(number)) yield problem("tree", `epochs: snapshot ${number}`, "it is published but has not begun");
    }
    const { state } = this;
    const last = this.epochs.at(-1);
    if (!state || !last) return;
    if (last.version > state.next.version || last.node > state.next.node) {
      yield problem("count", `epochs: snapshot ${last.snapshot}`, "it begins with numbers that are not handed out yet");
    }
    if (last.snapshot > this.newest) {
      yield problem(
        "tree",
        `epochs: snapshot ${last.snapshot}`,
        "it has begun but is neither published nor being written",
      );
    }
    const published = this.snapshots.at(-1)?.number ?? 0;
    if (state.unfinished && (!begun.has(state.unfinished.number) || state.unfinished.number <= published)) {
      yield problem("count", "meta: state", `snapshot ${state.unfinished.number} cannot be the one being written`);
    }
    for (const number of Object.values(state.next)) safeInteger(number, "meta");
  }

  *#each(table: string, look: (row: { readonly key: Buffer; readonly value: Buffer }) => string | undefined): Findings {
    for (const row of this.#file.rows(table)) yield eachRow(this.#file, table, row, look);
  }
}

/** Looks at one row; whatever is thrown is a problem with it. */
export function eachRow(
  file: FileState,
  table: string,
  row: StateRow | CatalogProblem,
  look: (row: { readonly key: Buffer; readonly value: Buffer }) => string | undefined,
): CatalogProblem | undefined {
  if ("message" in row) return row;
  const where = `${table}: row ${row.key.toString("hex")}`;
  const value = file.read(row.value);
  if (typeof value === "string") return problem("file", where, value);
  try {
    const message = look({ key: row.key, value });
    return message === undefined ? undefined : problem("record", where, message);
  } catch (error) {
    file.broken.add(table);
    if (error instanceof DamagedError || error instanceof SyntaxError)
      return problem("record", where, messageOf(error));
    throw error;
  }
}

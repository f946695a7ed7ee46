/** Modes and owners by number. A share has few different ones, so an entry keeps a number and this table the rest. */
import type { Database } from "lmdb";
import { DamagedError } from "../core/errors.js";
import type { PosixAttributes } from "../core/node.js";
import { numberKey } from "./keys.js";
import { posixValue } from "./values.js";

/** Stands for "the source has none". */
const NONE = 0;

export class PosixTable {
  readonly #database: Database<Buffer, Buffer>;
  readonly #byId = new Map<number, PosixAttributes>();
  /** Filled by the first `idOf`; only a writer needs it. */
  #ids: Map<string, number> | undefined;

  constructor(database: Database<Buffer, Buffer>) {
    this.#database = database;
  }

  /** @throws DamagedError when no such number was ever given out */
  get(id: number): PosixAttributes | undefined {
    if (id === NONE) return undefined;
    const known = this.#byId.get(id);
    if (known) return known;
    const value = this.#database.get(numberKey(id));
    if (!value) throw new DamagedError(`Mode and owner ${id} are not in the catalog.`, { where: "posix" });
    const posix = posixValue.decode(value);
    this.#byId.set(id, posix);
    return posix;
  }

  /** The number of `posix`, a new one if need be. Called within a write transaction. */
  idOf(posix: PosixAttributes | undefined): number {
    if (!posix) return NONE;
    this.#ids ??= this.#load();
    const key = `${posix.mode} ${posix.uid} ${posix.gid}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    void this.#database.put(numberKey(id), posixValue.encode(posix));
    this.#ids.set(key, id);
    return id;
  }

  /** Forgets what a transaction that was given up has put. */
  forget(): void {
    this.#ids = undefined;
    this.#byId.clear();
  }

  #load(): Map<string, number> {
    const ids = new Map<string, number>();
    for (const { key, value } of this.#database.getRange()) {
      const { mode, uid, gid } = posixValue.decode(value);
      ids.set(`${mode} ${uid} ${gid}`, key.readUInt32BE(4));
    }
    return ids;
  }
}

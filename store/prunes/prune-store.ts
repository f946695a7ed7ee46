/** The prune records of a share. Numbers have no gaps, and whoever creates a number's object has made that prune. */
import { SharestrataError } from "../../core/errors.js";
import type { PruneNumber } from "../../core/ids.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged } from "../envelope.js";
import type { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { putNew } from "../put-new.js";
import { decodePrune, encodePrune } from "./prune-codec.js";

export interface PruneStoreParts {
  readonly objects: ObjectStore;
  readonly share: ShareName;
  readonly names: ObjectNames;
  readonly sealing: Sealing;
}

export class PruneStore {
  readonly #parts: PruneStoreParts;

  constructor({ objects, share, names, sealing }: PruneStoreParts) {
    this.#parts = { objects, share, names, sealing };
  }

  /** Numbers of the records behind `after`, ascending. @throws DamagedError when one is missing between them; StoreError */
  async numbers(after: number, { signal }: IoOptions = {}): Promise<readonly PruneNumber[]> {
    const { objects, names } = this.#parts;
    const found: PruneNumber[] = [];
    const options = { signal, after: after > 0 ? names.prune(after as PruneNumber) : undefined };
    for await (const { name } of objects.list(names.prunePrefix, options)) {
      const number = names.pruneNumberOf(name);
      if (number === undefined) continue;
      const expected = (found.at(-1) ?? after) + 1;
      if (number !== expected) throw damaged(names.prune(expected as PruneNumber), "is missing");
      found.push(number);
    }
    return found;
  }

  /** @throws DamagedError, also when it is missing; SharestrataError `NEWER_FORMAT`; StoreError */
  async get(number: PruneNumber, options: IoOptions = {}): Promise<PruneRecord> {
    const { objects, share, names, sealing } = this.#parts;
    const name = names.prune(number);
    const object = await objects.get(name, options);
    if (object === undefined) throw damaged(name, "is missing");
    return decodePrune(name, share, number, object, sealing);
  }

  /** @param object a copy of the record, from elsewhere; @throws as `get` */
  decode(number: PruneNumber, object: Uint8Array): PruneRecord {
    const { share, names, sealing } = this.#parts;
    return decodePrune(names.prune(number), share, number, object, sealing);
  }

  /**
   * The commit of a prune.
   * @throws SharestrataError `SHARE_BUSY` when another prune has the number; StoreError
   */
  async put(record: PruneRecord, options: IoOptions = {}): Promise<void> {
    const { objects, share, names, sealing } = this.#parts;
    const name = names.prune(record.number);
    try {
      await putNew(objects, name, encodePrune(name, share, record, sealing), options);
    } catch (error) {
      if (!(error instanceof SharestrataError) || error.code !== "ALREADY_EXISTS") throw error;
      throw pruneBusy(share, name, error);
    }
  }
}

/** @param name of the object that the other prune has written */
export function pruneBusy(share: ShareName, name: string, cause?: unknown): SharestrataError {
  const shareText = formatShareName(share);
  return new SharestrataError(
    "SHARE_BUSY",
    `Another prune of ${shareText} has written ${name} meanwhile: run it again, it goes on from there.`,
    { share: shareText, object: name },
    cause,
  );
}

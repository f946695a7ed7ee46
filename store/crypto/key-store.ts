/**
 * The key slots of one share. Whatever happens to whoever changes them, one that opens the share is left: a new slot is
 * written before an old one is deleted, and the last one is never deleted. Slots of another key are what an `init` has left
 * that was interrupted; they count for nothing.
 */
import { randomBytes } from "node:crypto";
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";
import type { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { putNew } from "../put-new.js";
import { decodeKeySlot, encodeKeySlot } from "./key-codec.js";
import type { KeySecret, KeySlot, KeySlotId } from "./key-slot.js";
import { wrapKey } from "./key-wrap.js";
import { SCRYPT_COST, type ScryptCost } from "./scrypt-cost.js";
import type { ShareKey } from "./sealing.js";

/** What a new slot is made of. */
export interface NewKeySlot {
  readonly secret: KeySecret;
  /** Default: none. */
  readonly label?: string | undefined;
  readonly createdAt: TimeNs;
  /** Default: `SCRYPT_COST`; less is for tests. */
  readonly cost?: ScryptCost | undefined;
}

export interface KeyStoreParts {
  readonly objects: ObjectStore;
  readonly share: ShareName;
  readonly names: ObjectNames;
  /** As share.fb has it; undefined where the share is not encrypted, and no slot counts. */
  readonly keyCheck: Uint8Array | undefined;
}

export interface KeySlots {
  /** By id. */
  readonly slots: readonly KeySlot[];
  /** What is wrong with slots that cannot be read. */
  readonly unreadable: readonly SharestrataError[];
}

export class KeyStore {
  readonly #parts: KeyStoreParts;

  constructor(parts: KeyStoreParts) {
    this.#parts = parts;
  }

  /** Asks nothing where the share is not encrypted. @throws StoreError */
  async list(options: IoOptions = {}): Promise<KeySlots> {
    const slots: KeySlot[] = [];
    const unreadable: SharestrataError[] = [];
    if (this.#parts.keyCheck === undefined) return { slots, unreadable };
    for (const id of await this.#ids(options)) {
      try {
        const slot = await this.#read(id, options);
        if (slot && this.#isOwn(slot)) slots.push(slot);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        unreadable.push(error);
      }
    }
    return { slots, unreadable };
  }

  /** Wraps the key once more. @param keyCheck of `key` */
  async add(
    key: ShareKey,
    keyCheck: Uint8Array,
    { secret, label = "", createdAt, cost = SCRYPT_COST }: NewKeySlot,
    options: IoOptions = {},
  ): Promise<KeySlot> {
    const { objects, share, names } = this.#parts;
    const id = randomBytes(8).toString("hex") as KeySlotId;
    const name = names.key(id);
    const wrapping = await wrapKey(name, key, secret, cost);
    const slot: KeySlot = { share, id, kind: secret.kind, label, createdAt, keyCheck, ...wrapping };
    await putNew(objects, name, encodeKeySlot(name, slot), options);
    return slot;
  }

  /**
   * @throws SharestrataError `USAGE` when there is no such slot, or no other one that can be read: then it is kept
   */
  async remove(id: KeySlotId, options: IoOptions = {}): Promise<void> {
    const { objects, names } = this.#parts;
    const object = await objects.get(names.key(id), options);
    if (object === undefined) throw this.#refusal(`has no key ${id}: sharestrata key list shows them.`);
    if (!(await this.#hasOther(id, options))) throw this.#lastOne(id);
    await objects.delete(names.key(id), options);
    // Somebody else may have deleted the other one meanwhile. Without a slot the share would be lost, so it is put back.
    if (await this.#hasOther(id, options)) return;
    await putNew(objects, names.key(id), object);
    throw this.#lastOne(id);
  }

  /** Deletes the slots of other keys: once share.fb says which is the right one, nobody needs them. */
  async removeStrangers(options: IoOptions = {}): Promise<void> {
    for (const id of await this.#ids(options)) {
      try {
        const slot = await this.#read(id, options);
        if (slot && !this.#isOwn(slot)) await this.delete(id, options);
      } catch (error) {
        // What cannot be read may be one of this share's all the same.
        if (!isUnreadable(error)) throw error;
      }
    }
  }

  /** Deletes a slot, whatever is left: only for one that its maker takes back. */
  async delete(id: KeySlotId, options: IoOptions = {}): Promise<void> {
    await this.#parts.objects.delete(this.#parts.names.key(id), options);
  }

  async #hasOther(id: KeySlotId, options: IoOptions): Promise<boolean> {
    const { slots } = await this.list(options);
    return slots.some((slot) => slot.id !== id);
  }

  #isOwn({ keyCheck }: KeySlot): boolean {
    const own = this.#parts.keyCheck;
    return own !== undefined && Buffer.compare(own, keyCheck) === 0;
  }

  async #ids(options: IoOptions): Promise<readonly KeySlotId[]> {
    const { objects, names } = this.#parts;
    const ids: KeySlotId[] = [];
    for await (const { name } of objects.list(names.keyPrefix, options)) {
      const id = names.keySlotOf(name);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }

  /** @returns undefined when it has been deleted since it was listed */
  async #read(id: KeySlotId, options: IoOptions): Promise<KeySlot | undefined> {
    const { objects, share, names } = this.#parts;
    const name = names.key(id);
    const object = await objects.get(name, options);
    return object && decodeKeySlot(name, share, id, object);
  }

  #lastOne(id: KeySlotId): SharestrataError {
    return this.#refusal(`has no other key than ${id}, without which it could never be read again: add another first.`);
  }

  #refusal(problem: string): SharestrataError {
    const share = formatShareName(this.#parts.share);
    return new SharestrataError("USAGE", `The share ${share} ${problem}`, { share });
  }
}

function isUnreadable(error: unknown): error is SharestrataError {
  return error instanceof SharestrataError && (error.code === "DAMAGED" || error.code === "NEWER_FORMAT");
}

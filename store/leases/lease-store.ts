/**
 * The lease objects of a share. Numbers only go up, because the object of the highest number is never deleted: whoever
 * deletes has created a higher one. A number that is free again below it is no lease, whoever creates it.
 */
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { FencingNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { decodeLease, encodeLease } from "./lease-codec.js";
import type { LeaseRecord } from "./lease-record.js";

/** A lease as it was read. */
export interface StoredLease {
  readonly bytes: Uint8Array;
  /** undefined when it is damaged, or in a format that this version cannot read */
  readonly record: LeaseRecord | undefined;
}

export interface LeaseStoreParts {
  readonly objects: ObjectStore;
  readonly share: ShareName;
  readonly names: ObjectNames;
}

export class LeaseStore {
  readonly #parts: LeaseStoreParts;

  constructor({ objects, share, names }: LeaseStoreParts) {
    this.#parts = { objects, share, names };
  }

  /** @returns undefined when nobody has ever taken one; @throws StoreError */
  async highest(options: IoOptions = {}): Promise<FencingNumber | undefined> {
    let highest: FencingNumber | undefined;
    for await (const number of this.#numbers(undefined, options)) highest = number;
    return highest;
  }

  /** Whether a lease of a higher number has been taken; @throws StoreError */
  async isOvertaken(number: FencingNumber, options: IoOptions = {}): Promise<boolean> {
    for await (const _higher of this.#numbers(number, options)) return true;
    return false;
  }

  /** @returns undefined when there is none of this number; @throws StoreError */
  async read(number: FencingNumber, options: IoOptions = {}): Promise<StoredLease | undefined> {
    const name = this.#parts.names.lease(number);
    const bytes = await this.#parts.objects.get(name, options);
    if (bytes === undefined) return undefined;
    try {
      return { bytes, record: decodeLease(name, this.#parts.share, number, bytes) };
    } catch (error) {
      // Who holds it cannot be told, but whether it changes can: nobody is locked out by an object that is damaged.
      if (error instanceof DamagedError || (error instanceof SharestrataError && error.code === "NEWER_FORMAT"))
        return { bytes, record: undefined };
      throw error;
    }
  }

  /**
   * @returns whether the number is this record's: also when the store says that it failed, or that there is one, but has
   * the record all the same, because an answer got lost
   * @throws StoreError
   */
  async create(record: LeaseRecord, options: IoOptions = {}): Promise<boolean> {
    const name = this.#parts.names.lease(record.number);
    const bytes = encodeLease(name, record);
    try {
      if (await this.#parts.objects.putIfAbsent(name, bytes, options)) return true;
    } catch (error) {
      if (options.signal?.aborted !== true && (await this.#isStored(name, bytes, options).catch(() => false))) {
        return true;
      }
      throw error;
    }
    return this.#isStored(name, bytes, options);
  }

  /** Replaces the record of a lease that is held; @throws StoreError */
  async replace(record: LeaseRecord, options: IoOptions = {}): Promise<void> {
    const name = this.#parts.names.lease(record.number);
    await this.#parts.objects.put(name, encodeLease(name, record), options);
  }

  /** Deletes leases of lower numbers than one that is held; @throws StoreError */
  async deleteBelow(number: FencingNumber, options: IoOptions = {}): Promise<void> {
    const lower: FencingNumber[] = [];
    for await (const found of this.#numbers(undefined, options)) if (found < number) lower.push(found);
    for (const old of lower) await this.#parts.objects.delete(this.#parts.names.lease(old), options);
  }

  async #isStored(name: string, bytes: Uint8Array, options: IoOptions): Promise<boolean> {
    const found = await this.#parts.objects.get(name, options);
    return found !== undefined && Buffer.compare(found, bytes) === 0;
  }

  async *#numbers(behind: FencingNumber | undefined, { signal }: IoOptions): AsyncGenerator<FencingNumber> {
    const { objects, names } = this.#parts;
    const after = behind === undefined ? undefined : names.lease(behind);
    for await (const { name } of objects.list(names.leasePrefix, { signal, after })) {
      const number = names.leaseNumberOf(name);
      if (number !== undefined) yield number;
    }
  }
}

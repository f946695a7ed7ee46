/**
 * Security descriptors in the share that is restored into. A key means something in its own share alone, so each descriptor is made
 * a permission of the target once, and has a key there. In the share that was backed up the old key is taken while it lasts.
 */
import type { ShareClient } from "@azure/storage-file-share";
import { LRUCache } from "lru-cache";
import { SharestrataError } from "../../../core/errors.js";
import type { PermissionDescriptor } from "../../../core/node.js";
import type { AzureFailure } from "../../sources/azure/failures.js";
import type { RestoreRun } from "../target.js";
import type { WantedNode } from "../wanted.js";
import type { TargetRequests } from "./target-requests.js";

/** A share has few different ones. Where one has many, those of late are remembered: one that comes up again costs a request. */
const MOST_KEYS = 16_384;
const MOST_TEXT = 16 * 1024 * 1024;

/** What a header may carry; anything longer needs a key. */
const LONGEST_INLINE_BYTES = 8192;

/** As the SDK takes it. */
export type PermissionSetting =
  | { readonly filePermissionKey: string }
  | { readonly filePermission: string; readonly filePermissionFormat: "Sddl" | "Binary" };

export interface PermissionKeysOptions {
  readonly share: ShareClient;
  readonly requests: TargetRequests;
  /** Whether the target is the share that was backed up. */
  readonly isSource: boolean;
  /** Told once of each node whose permissions nobody knows. */
  readonly onLacking: RestoreRun["onLacking"];
}

export class PermissionKeys {
  readonly #options: PermissionKeysOptions;
  /** By the key at the source: whether the target has it. */
  readonly #known = new LRUCache<string, Promise<boolean>>({ max: MOST_KEYS });
  readonly #told = new WeakSet<WantedNode>();
  /** By descriptor. */
  readonly #made = new LRUCache<string, Promise<PermissionSetting>>({
    max: MOST_KEYS,
    maxSize: MOST_TEXT,
    sizeCalculation: (_, id) => id.length,
  });

  constructor(options: PermissionKeysOptions) {
    this.#options = options;
  }

  /**
   * @param key of the wanted node at its source
   * @returns undefined when nobody knows what the key stands for
   */
  async settingOf(wanted: WantedNode, key: string): Promise<PermissionSetting | undefined> {
    if (this.#options.isSource && (await this.#isKnown(key))) return { filePermissionKey: key };
    const descriptor = await wanted.descriptorOf(key);
    if (!descriptor) {
      if (!this.#told.has(wanted)) this.#options.onLacking(wanted.path, lacking(key));
      this.#told.add(wanted);
      return undefined;
    }
    const id = `${descriptor.format}:${descriptor.text}`;
    let made = this.#made.get(id);
    if (!made) {
      made = this.#make(descriptor);
      // What failed is asked for again with the next file.
      made.catch(() => this.#made.delete(id));
      this.#made.set(id, made);
    }
    return made;
  }

  #isKnown(key: string): Promise<boolean> {
    let known = this.#known.get(key);
    if (!known) {
      const { share, requests } = this.#options;
      known = requests.make<boolean>(
        [],
        async (abortSignal) => {
          // In binary form, which any descriptor has.
          await share.getPermission(key, { abortSignal, filePermissionFormat: "Binary" });
          return true;
        },
        { accept: (failure) => (isOfKey(failure) ? { value: false } : undefined) },
      );
      known.catch(() => this.#known.delete(key));
      this.#known.set(key, known);
    }
    return known;
  }

  #make({ format, text }: PermissionDescriptor): Promise<PermissionSetting> {
    const { share, requests } = this.#options;
    const filePermissionFormat = format === "sddl" ? "Sddl" : "Binary";
    const inline = { filePermission: text, filePermissionFormat } as const;
    return requests.make<PermissionSetting>(
      [],
      async (abortSignal) => {
        const permission = { permission: text, format: filePermissionFormat } as const;
        const { filePermissionKey = "" } = await share.createPermission(permission, { abortSignal });
        return { filePermissionKey };
      },
      // Who may write files only may still say with each what its permissions are.
      {
        accept: (failure) =>
          failure.status === 403 && Buffer.byteLength(text) <= LONGEST_INLINE_BYTES ? { value: inline } : undefined,
      },
    );
  }
}

/** A refusal that concerns this key, or the asking for it, and nothing else. */
function isOfKey({ status }: AzureFailure): boolean {
  return status === 400 || status === 403 || status === 404;
}

function lacking(permissionKey: string): SharestrataError {
  const message = "It is put back, but without its permissions: they were not readable when it was backed up.";
  return new SharestrataError("FILE_UNWRITABLE", message, { permissionKey });
}

/**
 * Keeps what permission keys stand for: each is asked for once, before the first node that has it is journalled, so that no kill
 * leaves a node whose descriptor nobody would ask for again. What the source does not tell is told once and asked for again by the next
 * backup; it fails no file.
 */
import type { Catalog } from "../../catalog/catalog.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import type { Logger } from "../../core/logger.js";
import { permissionKeyProblem, type PermissionRecord } from "../../core/node.js";
import type { SourceEntry, SourceOptions, SourceSession } from "../sources/source.js";
import type { Losses } from "./losses.js";

export interface PermissionParts {
  readonly session: Pick<SourceSession, "permission">;
  readonly catalog: Pick<Catalog, "permissionOf" | "unreadPermissions">;
  /** What was lost of what was kept, and is asked for anew. */
  readonly lost: Pick<Losses, "hasPermission" | "segments">;
  /** Called with what the next segment has to have. */
  readonly onRead: (record: PermissionRecord) => void;
  readonly logger: Logger;
}

/** So many keys are named in warnings; a source that tells none would name thousands. */
const MOST_NAMED = 20;
const REQUESTS_AT_A_TIME = 4;

export class PermissionKeeper {
  readonly #parts: PermissionParts;
  readonly #options: SourceOptions;
  /** Those that have been dealt with in this run, or are known from earlier ones; some dozens of bytes each. */
  readonly #known = new Set<string>();
  readonly #flights = new Map<string, Promise<void>>();
  /** Whether what earlier backups have read still holds. */
  #isSameShare = false;
  #unread = 0;

  constructor(parts: PermissionParts, options: SourceOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /**
   * Asks again for what no backup could read. To be called before anything else.
   * @param isSameShare whether keys mean what they meant when the newest snapshot was made. Where they do not, each is asked for anew
   */
  async begin(isSameShare: boolean): Promise<void> {
    this.#isSameShare = isSameShare;
    if (!isSameShare || !this.#parts.session.permission) return;
    // At once: nothing of the catalog stays open across a wait.
    const unread = Array.from(this.#parts.catalog.unreadPermissions());
    const requests = new BoundedTasks(REQUESTS_AT_A_TIME);
    try {
      for (const key of unread) {
        this.#known.add(key);
        await requests.run(() => this.#ask(key, true));
      }
      await requests.idle();
    } finally {
      await requests.settled();
    }
  }

  /**
   * Whether what was kept of an entry's key is lost, and nobody has asked for it again yet: then it is needed, though no node is journalled.
   * An entry's metadata are parsed when they are asked for, most of what an unchanged one would cost: so not where nothing is lost.
   */
  isLost(entry: Pick<SourceEntry, "metadata">): boolean {
    const { session, catalog, lost } = this.#parts;
    if (lost.segments.length === 0 || !session.permission) return false;
    const { permissionKey: key } = entry.metadata;
    return key !== undefined && lost.hasPermission(catalog, key) && !this.#known.has(key);
  }

  /** @returns what has to be waited for before a node with this key is journalled */
  need(key: string | undefined): Promise<void> | undefined {
    if (key === undefined || this.#known.has(key) || !this.#parts.session.permission) return undefined;
    const { catalog, lost } = this.#parts;
    if (this.#isSameShare && catalog.permissionOf(key) && !lost.hasPermission(catalog, key)) {
      this.#known.add(key);
      return undefined;
    }
    const underWay = this.#flights.get(key);
    if (underWay) return underWay;
    const flight = this.#ask(key, false).then(() => void this.#known.add(key));
    const forget = (): void => void this.#flights.delete(key);
    flight.then(forget, forget);
    this.#flights.set(key, flight);
    return flight;
  }

  /** Says how many there were in all. */
  end(): void {
    if (this.#unread <= MOST_NAMED) return;
    this.#parts.logger.warn(
      { permissions: this.#unread },
      "the security descriptors of so many keys could not be read",
    );
  }

  async #ask(key: string, isAgain: boolean): Promise<void> {
    const { session, onRead } = this.#parts;
    const problem = permissionKeyProblem(key);
    if (problem !== undefined) {
      this.#warn(key, problem);
      return;
    }
    const descriptor = await session.permission?.(key, this.#options);
    // What was said of it before still stands.
    if (descriptor || !isAgain) onRead({ key, descriptor });
    if (!descriptor) this.#warn(key, "the source does not tell it");
  }

  #warn(permissionKey: string, reason: string): void {
    this.#unread++;
    if (this.#unread > MOST_NAMED) return;
    this.#parts.logger.warn(
      { permissionKey, reason },
      "a security descriptor could not be read: nodes that have it are kept without, and the next backup asks again",
    );
  }
}

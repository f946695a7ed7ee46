/**
 * A mount in place, whatever serves it: notices when it is gone, and takes it away when asked.
 *
 * fuse-native does not tell a process that its mount was taken away from outside, and Node cannot poll(2) on mountinfo; so,
 * unless the transport knows, mountinfo is read four times a second, which costs a tenth of a millisecond each.
 */
import { SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { readMounts, type MountEntry } from "./mountinfo.js";
import type { MountHandle, Unmounter } from "./transport.js";
import { runUnmount } from "./unmount.js";

const LOOK_EVERY_MS = 250;

export class ActiveMount implements MountHandle {
  readonly transport: string;
  readonly mountPoint: string;
  readonly done: Promise<void>;
  readonly #id: number;
  readonly #logger: Logger;
  readonly #unmounter: Unmounter;
  #unmounting: Promise<void> | undefined;
  #look: () => void = () => undefined;

  /** @param release called once, when the mount is gone and before `done` resolves */
  constructor(options: {
    readonly transport: string;
    readonly entry: MountEntry;
    readonly logger: Logger;
    readonly release: () => void;
    /** Resolves when the kernel asks for nothing any more. Default: when mountinfo does not list the mount any more. */
    readonly ended?: Promise<void> | undefined;
    /** How it is taken away. Default: as this process can. */
    readonly unmounter?: Unmounter | undefined;
  }) {
    this.transport = options.transport;
    this.mountPoint = options.entry.mountPoint;
    this.#id = options.entry.id;
    this.#logger = options.logger;
    this.#unmounter = options.unmounter ?? runUnmount;
    if (options.ended) {
      this.done = options.ended.then(options.release);
      return;
    }
    this.done = new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.#look = (): void => {
        if (timer === undefined || this.#current()) return;
        clearInterval(timer);
        timer = undefined;
        options.release();
        resolve();
      };
      timer = setInterval(this.#look, LOOK_EVERY_MS);
    });
  }

  unmount(): Promise<void> {
    this.#unmounting ??= this.#unmount().finally(() => (this.#unmounting = undefined));
    return this.#unmounting;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unmount();
  }

  async #unmount(): Promise<void> {
    const current = this.#current();
    if (current) {
      let outcome = await this.#unmounter(current.mountPoint, "plain");
      if (outcome === "busy") {
        this.#logger.warn({ mountPoint: current.mountPoint }, `${current.mountPoint} is in use and is detached`);
        outcome = await this.#unmounter(current.mountPoint, "abort");
      }
      if (outcome !== "done") {
        const reason = outcome === "busy" ? "it is in use" : outcome.message;
        const message = `${current.mountPoint} cannot be unmounted: ${reason}`;
        throw new SharestrataError("MOUNT_FAILED", message, { mountPoint: current.mountPoint });
      }
    }
    this.#look();
    await this.done;
  }

  /** The mount as it stands, even if it was moved. */
  #current(): MountEntry | undefined {
    return readMounts().find((entry) => entry.id === this.#id);
  }
}

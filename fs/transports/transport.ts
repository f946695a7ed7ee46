/**
 * What a transport is: the piece between the kernel and Operations. It translates and decides nothing; implementations
 * do not know each other, and the command line chooses one.
 */
import type { Logger } from "../../core/logger.js";
import type { Operations } from "../operations.js";
import type { SystemUser } from "./system-user.js";
import type { UnmountMode, UnmountOutcome } from "./unmount.js";

/** As `runUnmount` of unmount.ts. */
export type Unmounter = (mountPoint: string, mode: UnmountMode) => Promise<UnmountOutcome>;

export interface MountRequest {
  /** An empty directory. A dead mount of ours there is cleaned away first. */
  readonly mountPoint: string;
  /** Not closed by the transport: close it when the mount is done. */
  readonly operations: Operations;
  readonly logger: Logger;
  /**
   * What the system's own lists (mount(8), df, findmnt) show as the thing mounted: an address, or `sharestrata` for
   * everything, which is the default. Has no comma, space or backslash in it.
   */
  readonly source?: string | undefined;
  /**
   * Whether other users may look in; what they may read is up to the modes shown, and the files of SMB shares show the
   * same mode all over. Default: no, or a mount would open to every user what only few may read at the source.
   * Others than root need `user_allow_other` in /etc/fuse.conf.
   */
  readonly allowOther?: boolean | undefined;
  /** Whose mount it is: who may look in, if others may not. Default: this process's user. */
  readonly owner?: Pick<SystemUser, "uid" | "gid"> | undefined;
  /** How it is taken away. Default: as this process can. */
  readonly unmounter?: Unmounter | undefined;
}

/** A mount that is in place. Disposing it is unmounting it. */
export interface MountHandle extends AsyncDisposable {
  readonly transport: string;
  /** Absolute and without symlinks. */
  readonly mountPoint: string;
  /**
   * Resolves, never rejects, when the mount is gone, whoever unmounted it: `unmount()`, umount(8), fusermount. From then
   * on the transport keeps neither the process alive nor anything to clean up.
   */
  readonly done: Promise<void>;
  /**
   * Unmounts and waits for `done`. A mount that is in use is detached: it vanishes from its directory at once, and
   * whoever still has a file open there loses it when the process ends. May be called again, and after `done`.
   * @throws SharestrataError `MOUNT_FAILED` when the system refuses
   */
  unmount(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /**
   * Resolves once the mount is usable: the kernel lists it and its first request was answered.
   * This process must never touch the mount synchronously: the answer would have to come from itself.
   * @throws SharestrataError `MOUNT_FAILED` with one sentence that says what is in the way
   */
  mount(request: MountRequest): Promise<MountHandle>;
}

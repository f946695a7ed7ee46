/** The whole of a mount in one call: the file system opened, a transport put before it, everything closed at its end. */
import { formatAddress } from "../core/address.js";
import type { Clock } from "../core/clock.js";
import type { Logger } from "../core/logger.js";
import { defaultOwnership, type Ownership } from "./attributes.js";
import type { MountRoot } from "./layout.js";
import { Operations } from "./operations.js";
import type { ShareDirectory } from "./shares.js";
import { announceMount } from "./transports/announcement.js";
import { chooseTransport } from "./transports/choose.js";
import { FILE_SYSTEM_NAME } from "./transports/mountinfo.js";
import { RootUnmounter } from "./transports/root-unmounter.js";
import { becomeUser, expectReadable, expectRoot, type SystemUser } from "./transports/system-user.js";
import type { TransportName } from "./transports/transport-name.js";
import type { MountHandle, Unmounter } from "./transports/transport.js";

export interface MountOptions {
  readonly mountPoint: string;
  readonly directory: ShareDirectory;
  readonly root: MountRoot;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What differs from `defaultOwnership`. */
  readonly ownership?: Partial<Ownership> | undefined;
  readonly allowOther?: boolean | undefined;
  /** Whether `user.sharestrata.*` are listed. Default: no. */
  readonly listXattrs?: boolean | undefined;
  /** Default: `auto`. */
  readonly transport?: TransportName | undefined;
  /** For root: whose the process, and the mount, are once it is made. Default: root stays root. */
  readonly user?: SystemUser | undefined;
}

/**
 * Resolves when the mount is usable. The process then stays alive until the mount is gone; when `done` resolves every
 * share is closed and the process can end by itself. Whoever handles signals calls `unmount()` on SIGTERM and SIGINT.
 * @throws SharestrataError `MOUNT_FAILED`, `SHARE_UNKNOWN`, `SNAPSHOT_UNKNOWN`, or why the share at the root cannot be opened
 */
export async function mount(options: MountOptions): Promise<MountHandle> {
  const { mountPoint, logger, allowOther, user } = options;
  if (user) expectRoot(user);
  const transport = chooseTransport(options.transport ?? "auto");
  const ownership = { ...defaultOwnership(), ...(user && { uid: user.uid, gid: user.gid }), ...options.ownership };
  const helper = user && RootUnmounter.start();
  const unmounter: Unmounter | undefined = helper && ((...call) => helper.run(...call));
  const operations = await Operations.open({ ...options, ownership });
  let mounted: MountHandle;
  try {
    if (user) expectReadable(user, foldersOf(operations));
    const source = sourceOf(options.root);
    mounted = await transport.mount({ mountPoint, operations, logger, allowOther, source, owner: user, unmounter });
    if (user) await goOnAs(user, mounted);
  } catch (error) {
    helper?.[Symbol.dispose]();
    await operations[Symbol.asyncDispose]();
    throw error;
  }
  const announcement = await announceMount(mounted, logger);
  const done = mounted.done.then(() => {
    announcement?.[Symbol.dispose]();
    helper?.[Symbol.dispose]();
    return close(operations, logger);
  });
  const unmount = async (): Promise<void> => {
    await mounted.unmount();
    await done;
  };
  return {
    transport: mounted.transport,
    mountPoint: mounted.mountPoint,
    done,
    unmount,
    [Symbol.asyncDispose]: unmount,
  };
}

/** What is read of the shares that are open. */
function foldersOf(operations: Operations): readonly string[] {
  return [...operations.shares.opened()].flatMap(({ mounted }) => {
    const { catalogFolder, nearby } = mounted.recipe();
    return nearby?.kind === "files" ? [catalogFolder, nearby.folder] : [catalogFolder];
  });
}

async function goOnAs(user: SystemUser, mounted: MountHandle): Promise<void> {
  try {
    becomeUser(user);
  } catch (error) {
    await mounted.unmount();
    throw error;
  }
}

/** As whoever mounts it writes it, so that mount(8) finds a line of /etc/fstab mounted already. */
function sourceOf(root: MountRoot): string {
  if (root.kind === "everything") return FILE_SYSTEM_NAME;
  return formatAddress({
    share: root.share,
    snapshot: root.kind === "share" ? undefined : root.snapshot,
    path: undefined,
  });
}

/** What cannot be closed at the end of a mount is worth a line, and nothing more. */
async function close(operations: Operations, logger: Logger): Promise<void> {
  try {
    await operations[Symbol.asyncDispose]();
  } catch (error) {
    logger.warn({ error: String(error) }, "A share could not be closed after unmounting");
  }
}

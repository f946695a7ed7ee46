// A process of its own that serves a mount, as the command line does: the tests may then touch the mount in any way, and
// kill its server. Usage: node mount-child.js '<MountChildOptions as JSON>'. It ends by itself, without
// process.exit, when the mount is gone: that it does so is part of what is tested.
import { systemClock } from "../../../core/clock.js";
import type { Logger } from "../../../core/logger.js";
import type { ShareName } from "../../../core/names.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import type { MountRoot } from "../../../fs/layout.js";
import { mount } from "../../../fs/mount.js";
import { findUser } from "../../../fs/transports/system-user.js";
import type { TransportName } from "../../../fs/transports/transport-name.js";
import { reportFailure, reportReady } from "../../../fs/transports/readiness.js";
import { openBuiltShare, type BuiltStore } from "./share-builder.js";

export interface MountChildOptions {
  /** Where `ShareBuilder` put everything. */
  readonly folder: string;
  readonly mountPoint: string;
  readonly shares: readonly ShareName[];
  readonly root: MountRoot;
  readonly transport?: TransportName | undefined;
  /** Of the user that it goes on as. */
  readonly userName?: string | undefined;
  readonly allowOther?: boolean;
  /** As the shares were built. Default: `plain`. */
  readonly store?: BuiltStore | undefined;
}

const logger: Logger = {
  debug() {},
  info: (_fields, message) => console.error(`info: ${message}`),
  warn: (_fields, message) => console.error(`warn: ${message}`),
  error: (_fields, message) => console.error(`error: ${message}`),
};

const options = JSON.parse(process.argv[2] ?? "{}") as MountChildOptions;
const cache = new BlobCache();
try {
  const mounted = await mount({
    ...options,
    directory: {
      list: () => options.shares,
      open: (name) => openBuiltShare(options.folder, name, cache, options.store),
    },
    user: options.userName === undefined ? undefined : await findUser(options.userName),
    clock: systemClock,
    logger,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => void mounted.unmount().catch((error: unknown) => console.error(error)));
  }
  process.on("SIGUSR2", () => {
    throw new Error("a fault of our own");
  });
  await reportReady(mounted.mountPoint);
  await mounted.done;
  console.error("done");
} catch (error) {
  await reportFailure(error);
  console.error(error);
  process.exitCode = 16;
}

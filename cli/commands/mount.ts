/** `sharestrata mount DIR [address]`: snapshots as folders, in this process or in one of its own. */
import { resolve } from "node:path";
import { systemClock } from "../../core/clock.js";
import { type Address, parseAddress } from "../../core/address.js";
import { SharestrataError } from "../../core/errors.js";
import type { Ownership } from "../../fs/attributes.js";
import type { MountRoot } from "../../fs/layout.js";
import { TRANSPORT_NAMES, type TransportName } from "../../fs/transports/transport-name.js";
import { parseCacheSettings, type CacheOptions, type CacheSettings } from "../arguments/cache-settings.js";
import { command } from "../command.js";
import { type Context, readConfig } from "../context.js";
import { keysOf } from "../keys.js";
import { isWaitedFor, mountInBackground } from "./mount-background.js";

export interface MountArguments extends CacheOptions {
  readonly dir: string;
  readonly address?: string | undefined;
  readonly background: boolean;
  readonly allowOther?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Octal digits. */
  readonly umask?: string | undefined;
  readonly transport: TransportName;
  readonly user?: string | undefined;
  readonly listXattrs?: boolean | undefined;
}

export const mount = command({
  usage: "mount <dir> [address]",
  summary: "show snapshots as folders",
  description:
    "Mounts every share of the configuration at DIR, as TENANT/SHARE/SNAPSHOT/…, or one share, or one snapshot. DIR must " +
    "be an empty folder. The mount is read-only and lasts until Ctrl-C, SIGTERM or umount, which all end with status 0.",
  examples: [
    ["mount /mnt/backups", "everything; /mnt/backups/acme/docs/latest is the newest snapshot of acme/docs"],
    ["mount /mnt/docs acme/docs --background", "one share, from a process of its own"],
    ["mount /mnt/old acme/docs@latest~7", "one snapshot"],
  ],
  options: (yargs) =>
    yargs
      .positional("dir", { type: "string", demandOption: true, describe: "an empty folder" })
      .positional("address", { type: "string", describe: "tenant/share[@snapshot]" })
      .option("background", { type: "boolean", default: false, describe: "return as soon as the mount can be used" })
      .option("transport", {
        choices: TRANSPORT_NAMES,
        requiresArg: true,
        default: "auto" as const,
        describe: "what carries it; auto takes devfuse, the fast one, where it may mount",
      })
      .option("user", {
        type: "string",
        requiresArg: true,
        describe: "for root: go on as this user once it is mounted",
      })
      .option("allow-other", { type: "boolean", default: false, describe: "let other users look in" })
      .option("uid", { type: "number", requiresArg: true, describe: "owner of files whose source has none" })
      .option("gid", { type: "number", requiresArg: true, describe: "group of files whose source has none" })
      .option("umask", { type: "string", requiresArg: true, describe: "modes taken from such files (default: 022)" })
      .option("cache-size", { type: "string", requiresArg: true, describe: "memory for contents (default: 32M)" })
      .option("cache-dir", {
        type: "string",
        requiresArg: true,
        describe: "folder for what is read of stores elsewhere",
      })
      .option("cache-disk-size", { type: "string", requiresArg: true, describe: "what it may take (default: 5G)" })
      .option("list-xattrs", {
        type: "boolean",
        default: false,
        describe: "list user.sharestrata.* too, which copies made with cp -a then carry along",
      }),
  async run(context, raw: MountArguments) {
    const args = { ...raw, dir: resolve(context.io.cwd, raw.dir) };
    const root = mountRoot(args.address);
    const ownership = checkedOwnership(args);
    const caches = parseCacheSettings(args, context.io.cwd);
    const { background, ...serving } = args;
    if (background) await mountInBackground(context, serving);
    else await serve(context, serving, root, ownership, caches);
  },
});

async function serve(
  context: Context,
  { dir, allowOther, listXattrs, transport, user }: Omit<MountArguments, "background">,
  root: MountRoot,
  ownership: Partial<Ownership>,
  caches: CacheSettings,
): Promise<void> {
  const { beFrugal } = await import("../../fs/frugality.js");
  beFrugal();
  const { reportFailure, reportReady } = await import("../../fs/transports/readiness.js");
  const { io, logger, output } = context;
  // A process that stays must not keep the folder it was started in from being unmounted or removed.
  if (isWaitedFor(io.env)) process.chdir("/");
  try {
    const config = await readConfig(context);
    const keys = await keysOf(context);
    const { ConfiguredShares } = await import("../../daemon/shares/share-directory.js");
    using directory = new ConfiguredShares(config, { signal: io.signal, logger, keys, caches });
    directory.follow();
    const { mount: startMount } = await import("../../fs/mount.js");
    const { findUser } = await import("../../fs/transports/system-user.js");
    await using handle = await startMount({
      mountPoint: dir,
      directory,
      root,
      ownership,
      allowOther,
      listXattrs,
      transport,
      user: user === undefined ? undefined : await findUser(user),
      clock: systemClock,
      logger,
    });
    const { mountPoint } = handle;
    if (output.json) await output.document({ mountPoint, transport: handle.transport, pid: process.pid });
    else output.note(`${mountPoint} is mounted; Ctrl-C or sharestrata umount ends it.`);
    await output.flush();
    if (isWaitedFor(io.env)) await reportReady(mountPoint);
    await Promise.race([handle.done, aborted(io.signal)]);
    await handle.unmount();
  } catch (error) {
    if (isWaitedFor(io.env)) await reportFailure(error);
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolveNow) => {
    if (signal.aborted) resolveNow();
    else signal.addEventListener("abort", () => resolveNow(), { once: true });
  });
}

function mountRoot(text: string | undefined): MountRoot {
  if (text === undefined) return { kind: "everything" };
  const { share, snapshot, path }: Address = parseAddress(text);
  if (path !== undefined) {
    throw new SharestrataError("USAGE", `"${text}": a share or a snapshot can be mounted, not a path in it.`);
  }
  return snapshot ? { kind: "snapshot", share, snapshot } : { kind: "share", share };
}

function checkedOwnership({ uid, gid, umask }: MountArguments): Partial<Ownership> {
  for (const id of [uid, gid]) {
    if (id !== undefined && !(Number.isInteger(id) && id >= 0 && id < 2 ** 32)) {
      throw new SharestrataError("USAGE", "--uid and --gid take a number, as id -u and id -g print it.");
    }
  }
  if (umask !== undefined && !/^0?[0-7]{3}$/.test(umask)) {
    throw new SharestrataError("USAGE", "--umask takes three octal digits, such as 077.");
  }
  return {
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(umask !== undefined && { umask: Number.parseInt(umask, 8) }),
  };
}

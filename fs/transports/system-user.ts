/** A user of this system, and becoming one: for good, or for a look at what that user may read. */
import { closeSync, openSync } from "node:fs";
import { SharestrataError, messageOf } from "../../core/errors.js";
import { findProgram, isRoot, runProgram } from "./programs.js";

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** @throws SharestrataError `USAGE` when there is no such user */
export async function findUser(name: string): Promise<SystemUser> {
  const id = findProgram("id");
  const numbers = await Promise.all(
    ["-u", "-g"].map(async (option) => {
      // Two dashes: a name is no option, whatever it begins with.
      const { ok, output } = await runProgram(id ?? "id", [option, "--", name]);
      return ok ? Number.parseInt(output, 10) : Number.NaN;
    }),
  );
  const [uid = Number.NaN, gid = Number.NaN] = numbers;
  if (Number.isNaN(uid) || Number.isNaN(gid)) {
    throw new SharestrataError("USAGE", `There is no user ${name} on this system.`, { user: name });
  }
  return { name, uid, gid };
}

/** @throws SharestrataError `USAGE` unless this process is root, and so may become somebody else */
export function expectRoot(user: SystemUser): void {
  if (isRoot()) return;
  throw new SharestrataError("USAGE", `Only root can mount and then go on as ${user.name}.`, { user: user.name });
}

/** Missing in the typings of Node 20. */
interface WithGroups {
  readonly initgroups?: (user: number, extraGroup: number) => void;
  readonly setgroups?: (groups: readonly number[]) => void;
}

/**
 * For root, before `becomeUser`, when it is not too late to say so.
 * @param folders that the user has to read later
 * @throws SharestrataError `MOUNT_FAILED` with the first one that the user cannot read
 */
export function expectReadable(user: SystemUser, folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      asUser(user, () => closeSync(openSync(folder, "r")));
    } catch (error) {
      const message = `The user ${user.name} cannot read ${folder}, and without that there is nothing to mount.`;
      throw new SharestrataError("MOUNT_FAILED", message, { user: user.name, folder }, error);
    }
  }
}

/** All threads of this process have the user's rights meanwhile, and root's again afterwards. */
function asUser(user: SystemUser, run: () => void): void {
  const groups = process.getgroups?.() ?? [];
  try {
    (process as WithGroups).initgroups?.(user.uid, user.gid);
    process.setegid?.(user.gid);
    process.seteuid?.(user.uid);
    run();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(process.getgid?.() ?? 0);
    (process as WithGroups).setgroups?.(groups);
  }
}

/**
 * All threads of this process are that user's from now on, and cannot go back.
 * @throws SharestrataError `MOUNT_FAILED`
 */
export function becomeUser({ name, uid, gid }: SystemUser): void {
  try {
    (process as WithGroups).initgroups?.(uid, gid);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    const message = `The process cannot go on as ${name}: ${messageOf(error)}`;
    throw new SharestrataError("MOUNT_FAILED", message, { user: name }, error);
  }
}

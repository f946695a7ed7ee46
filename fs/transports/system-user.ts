/** A user of this system, and becoming one for good. */
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

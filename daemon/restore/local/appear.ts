/** Gives what is whole its name: at one moment, and never over something that nobody said may go. */
import { link, rename, unlink } from "node:fs/promises";
import { SharestrataError, systemCode } from "../../../core/errors.js";

const WITHOUT_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * @param mayReplace when it is false, not even what came in the meantime is replaced
 * @throws SharestrataError `ALREADY_EXISTS`
 */
export async function appear(temporary: string, path: string, mayReplace: boolean): Promise<void> {
  if (mayReplace) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") {
      throw new SharestrataError(
        "ALREADY_EXISTS",
        "It has come to be there meanwhile; --overwrite replaces it.",
        {},
        error,
      );
    }
    if (code === undefined || !WITHOUT_LINKS.has(code)) throw error;
    return rename(temporary, path);
  }
  await unlink(temporary);
}

export async function removeQuietly(path: string): Promise<void> {
  // It is gone when it was renamed; and where it cannot be removed, the error that led here is the one to tell.
  await unlink(path).catch(() => {});
}

/** Entries, their paths and what changed of them, as lines for people. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { ChangedAspect } from "../../catalog/diff.js";
import { formatLocalTime, formatMode } from "./format.js";

/** Mode, owner, size and local time, as `ls -l` has them. */
export function longFields({ kind, posix, sizeBytes, mtimeNs }: CatalogEntry): string {
  const mode = formatMode(kind, kind === "symlink" ? 0o777 : (posix?.mode ?? (kind === "directory" ? 0o755 : 0o644)));
  const owner = posix ? `${posix.uid} ${posix.gid}` : "- -";
  return `${mode} ${owner.padStart(9)} ${String(sizeBytes).padStart(12)} ${formatLocalTime(mtimeNs)}`;
}

/** From the share's root, which is `/`; a directory ends in a slash. */
export function fullPath(path: readonly string[], { kind }: Pick<CatalogEntry, "kind">): string {
  const text = `/${path.join("/")}`;
  return kind === "directory" && path.length > 0 ? `${text}/` : text;
}

/**
 * ` (content, mtime)`, or nothing.
 * @param more what else there is to say of the change
 */
export function changedSuffix(changed: readonly ChangedAspect[], more: readonly string[] = []): string {
  const words = [...more, ...changed];
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

/** Without what any renaming brings about: the source's own times and ETag, which make another version. */
export function changedBesidesName(changed: readonly ChangedAspect[]): readonly ChangedAspect[] {
  return changed.filter((aspect) => aspect !== "attributes");
}

/**
 * Names, parsed at the edge: inside the rooms a tenant, share, snapshot or node name is always a valid one.
 */
import { SharestrataError } from "./errors.js";
import { formatTime, type TimeNs } from "./time.js";

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const SNAPSHOT = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(?:-\d+)?$/;
/** With the `u` flag a surrogate matches only when it stands alone. */
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/** A tenant and one of its shares; `acme/docs` when written. */
export interface ShareName {
  readonly tenant: string;
  readonly share: string;
}

/** @throws SharestrataError `USAGE` when the text is not `tenant/share` */
export function parseShareName(text: string): ShareName {
  const [tenant, share, ...rest] = text.split("/");
  if (tenant === undefined || share === undefined || rest.length > 0 || !LABEL.test(tenant) || !LABEL.test(share)) {
    throw new SharestrataError(
      "USAGE",
      `"${text}" does not name a share: write tenant/share, each of letters, digits, ".", "_" and "-" (at most 63).`,
    );
  }
  return { tenant, share };
}

/** Whether a text can be the name of a tenant, or of a share within one. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

export function formatShareName({ tenant, share }: ShareName): string {
  return `${tenant}/${share}`;
}

/**
 * The name of a snapshot begun at `time`: `2026-11-20T10-00-00Z`, valid as a file name everywhere.
 * @param taken says whether a name is in use; `-2`, `-3`… is appended until it is not
 */
export function snapshotName(time: TimeNs, taken: (name: string) => boolean): string {
  const base = formatTime(time).replaceAll(":", "-");
  let name = base;
  for (let n = 2; taken(name); n++) name = `${base}-${n}`;
  return name;
}

export function isSnapshotName(text: string): boolean {
  return SNAPSHOT.test(text);
}

/**
 * Why no POSIX directory can hold an entry of this name, or undefined when one can. Such names are never put into
 * the node tree: a "/" or ".." that got in would come out again as a path.
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return `"${name}" is reserved`;
  if (name.includes("/")) return 'it contains "/"';
  if (name.includes("\0")) return "it contains a NUL character";
  if (LONE_SURROGATE.test(name)) return "it is not well-formed Unicode";
  return undefined;
}

const TAG = /^[A-Za-z0-9](?:[A-Za-z0-9._:@+-]{0,62})$/;

/** Why a text is no tag of a snapshot, or undefined when it is one. */
export function tagProblem(text: string): string | undefined {
  return TAG.test(text)
    ? undefined
    : `"${text.slice(0, 80)}" is no tag: write letters, digits, ".", "_", ":", "@", "+" and "-" (at most 63)`;
}

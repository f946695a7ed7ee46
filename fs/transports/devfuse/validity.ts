/**
 * How long the kernel may keep what it was told. What lies in a snapshot never changes. Which shares and snapshots there are does:
 * new ones come, and prune removes some.
 */
import { ROOT_NODE } from "../../../core/ids.js";
import type { Handle } from "../../handle.js";
import type { Validity } from "./protocol/attributes-codec.js";

/** The kernel adds it to its clock: as good as for ever. */
export const FOREVER_SECONDS = 2 ** 31;
const MOMENT_SECONDS = 1;

const IMMUTABLE: Validity = { nameSeconds: FOREVER_SECONDS, attributesSeconds: FOREVER_SECONDS };
/** What is there may be gone, but as long as it is there it stays as it is. */
const REMOVABLE: Validity = { nameSeconds: MOMENT_SECONDS, attributesSeconds: FOREVER_SECONDS };
const CHANGING: Validity = { nameSeconds: MOMENT_SECONDS, attributesSeconds: MOMENT_SECONDS };

export function validityOf(handle: Handle): Validity {
  if (handle.kind === "node") return handle.entry.nodeId === ROOT_NODE ? REMOVABLE : IMMUTABLE;
  return handle.kind === "latest" ? REMOVABLE : CHANGING;
}

/** How long a name that is not in a directory stays so. */
export function absenceSeconds(directory: Handle): number {
  return directory.kind === "node" ? FOREVER_SECONDS : 0;
}

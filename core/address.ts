/** Addresses: `tenant/share@snapshot:path`, the one way to name anything that is backed up. */
import { SharestrataError } from "./errors.js";
import { isSnapshotName, parseShareName, type ShareName } from "./names.js";

/** Which snapshot: the n-th newest (0 is `latest`, 2 is `latest~2`), or one by name. */
export type SnapshotSelector =
  | { readonly kind: "latest"; readonly back: number }
  | { readonly kind: "name"; readonly name: string };

export interface Address {
  readonly share: ShareName;
  /** undefined when the address names no snapshot. */
  readonly snapshot: SnapshotSelector | undefined;
  /** Path components; empty for the root. undefined when the address has no `:path`. */
  readonly path: readonly string[] | undefined;
}

const LATEST = /^latest(?:~(\d{1,6}))?$/;

/**
 * @param text such as `acme/docs`, `acme/docs@latest~2`, `acme/docs@2026-11-20T10-00-00Z:/reports/may.pdf`
 * @throws SharestrataError `USAGE` with one sentence that says what is wrong
 */
export function parseAddress(text: string): Address {
  const colon = text.indexOf(":");
  const head = colon < 0 ? text : text.slice(0, colon);
  const at = head.indexOf("@");
  const share = parseShareName(at < 0 ? head : head.slice(0, at));
  const snapshot = at < 0 ? undefined : parseSelector(head.slice(at + 1));
  const path = colon < 0 ? undefined : parsePath(text.slice(colon + 1));
  return { share, snapshot, path };
}

/** @throws SharestrataError `USAGE` */
export function parseSelector(text: string): SnapshotSelector {
  const latest = LATEST.exec(text);
  if (latest) return { kind: "latest", back: Number(latest[1] ?? 0) };
  if (isSnapshotName(text)) return { kind: "name", name: text };
  throw new SharestrataError(
    "USAGE",
    `"${text}" does not name a snapshot: write latest, latest~2 or a name such as 2026-11-20T10-00-00Z.`,
  );
}

function parsePath(text: string): readonly string[] {
  const path = text.split("/").filter((part) => part !== "" && part !== ".");
  if (path.includes("..")) {
    throw new SharestrataError("USAGE", `"${text}": ".." is not allowed in a path inside a snapshot.`);
  }
  return path;
}

/** `acme/docs@latest~2:/a/b`; the inverse of `parseAddress`. */
export function formatAddress(address: Address): string {
  const { share, snapshot, path } = address;
  let text = `${share.tenant}/${share.share}`;
  if (snapshot) text += `@${formatSelector(snapshot)}`;
  if (path) text += `:/${path.join("/")}`;
  return text;
}

export function formatSelector(selector: SnapshotSelector): string {
  if (selector.kind === "name") return selector.name;
  return selector.back === 0 ? "latest" : `latest~${selector.back}`;
}

/**
 * Picks a snapshot.
 * @param snapshots oldest first
 * @returns undefined when there is none such
 */
export function selectSnapshot<T extends { readonly name: string }>(
  snapshots: readonly T[],
  selector: SnapshotSelector,
): T | undefined {
  if (selector.kind === "latest") return snapshots[snapshots.length - 1 - selector.back];
  return snapshots.find((snapshot) => snapshot.name === selector.name);
}

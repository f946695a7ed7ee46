/** What listings of NFS shares leave out of a node: whether it is a symbolic link, and where that leads; its mode and owner. */
import type { ShareFileClient } from "@azure/storage-file-share";
import type { NodeMetadata } from "../../../core/node.js";
import type { SourceEntry } from "../source.js";
import { present } from "./entry.js";
import { AzureFailure } from "./failures.js";
import { type HeaderReader, isSymlink, posixOfHeaders, textOfHeader } from "./properties.js";

/** What the service says of a single node. */
export interface NodeProperties {
  readonly header: HeaderReader;
  readonly metadata: NodeMetadata;
}

/**
 * @param entry as it was listed
 * @param readLink called where it is a symbolic link: where it leads
 */
export async function wholeEntry(
  entry: SourceEntry,
  { header, metadata }: NodeProperties,
  readLink: () => Promise<string>,
): Promise<SourceEntry> {
  const { name, mtimeNs, signature, sourceId, kind, sizeBytes } = entry;
  const common = { name, mtimeNs, signature, sourceId, posix: posixOfHeaders(header) };
  if (!isSymlink(header)) return { ...common, kind, sizeBytes, metadata };
  const linkTarget = await readLink();
  const target = { linkTarget, contentType: undefined };
  return {
    ...common,
    kind: "symlink",
    sizeBytes: Buffer.byteLength(linkTarget),
    metadata: present({ ...metadata, ...target }),
  };
}

/** @returns where a symbolic link leads, as it was sent @throws AzureFailure when it is not said; what the SDK throws */
export async function readLinkTarget(file: ShareFileClient, abortSignal: AbortSignal): Promise<string> {
  const { linkText } = await file.getSymbolicLink({ abortSignal });
  if (linkText === undefined || linkText === "") {
    throw new AzureFailure("The service did not say where the link leads", { kind: "malformed" });
  }
  return textOfHeader(linkText);
}

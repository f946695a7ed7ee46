/** The request for a page of a listing, as the SDK makes it with everything included. */
import type { Readable } from "node:stream";
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import { requestRaw } from "./raw-request.js";

export interface PageRequest {
  /** undefined for the first page. */
  readonly marker: string | undefined;
  /** Entries at most; 5000 is the most the service gives. */
  readonly pageSize: number;
  /** Only names that begin so. */
  readonly prefix?: string | undefined;
}

/**
 * @returns the body as it arrives; whoever takes it destroys it, or reads it to its end
 * @throws as `requestRaw`
 */
export async function requestListing(
  directory: ShareDirectoryClient,
  { marker, pageSize, prefix }: PageRequest,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const query = [
    "restype=directory&comp=list",
    prefix === undefined ? "" : `&prefix=${encodeURIComponent(prefix)}`,
    marker === undefined ? "" : `&marker=${encodeURIComponent(marker)}`,
    `&maxresults=${pageSize}&include=${encodeURIComponent("Timestamps,Etag,Attributes,PermissionKey")}`,
  ].join("");
  return (await requestRaw(directory, query, { "x-ms-file-extended-info": "true" }, abortSignal)).body;
}

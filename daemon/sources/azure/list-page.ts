/** One page of a directory's listing, asked for and parsed: everything change detection needs, with all digits. */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import { AzureFailure } from "./failures.js";
import { type ListedPage, parseListing } from "./listing.js";

export interface PageRequest {
  /** undefined for the first page. */
  readonly marker: string | undefined;
  /** Entries at most; 5000 is the most the service gives. */
  readonly pageSize: number;
  /** Only names that begin so. */
  readonly prefix?: string | undefined;
}

/** The body of an answer as text: what the SDK's typed results have lost. */
interface TextAnswer {
  readonly _response: { readonly bodyAsText?: string };
}

/** @throws AzureFailure when the answer has no body; MalformedXml; what the SDK throws */
export async function listPage(
  directory: ShareDirectoryClient,
  { marker, pageSize, prefix }: PageRequest,
  abortSignal: AbortSignal,
): Promise<ListedPage> {
  const children = directory.listFilesAndDirectories({
    ...(prefix === undefined ? {} : { prefix }),
    includeTimestamps: true,
    includeEtag: true,
    includeAttributes: true,
    includePermissionKey: true,
    includeExtendedInfo: true,
    abortSignal,
  });
  const maxPageSize = pageSize;
  const pages = children.byPage(marker === undefined ? { maxPageSize } : { maxPageSize, continuationToken: marker });
  const { value } = await pages.next();
  const body = (value as TextAnswer | undefined)?._response.bodyAsText;
  if (body === undefined) throw new AzureFailure("The listing has no body", { kind: "malformed" });
  return parseListing(body);
}

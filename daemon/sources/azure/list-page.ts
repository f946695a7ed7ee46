/** One page of a directory's listing, asked for and read as it arrives: everything change detection needs, with all digits. */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import type { SourcePath } from "../source.js";
import { AzureFailure } from "./failures.js";
import { ListingReader, type ReadPage } from "./listing-reader.js";
import { type PageRequest, requestListing } from "./listing-request.js";

/**
 * @param path of the directory, for what is said of children that cannot be backed up
 * @param isPartial whether entries of this share's listings are partial, as in `SourceEntry`
 * @param onAnswer called when the page has begun to come
 * @throws AzureFailure when the answer has no body, or would be listed for ever; MalformedXml; what the SDK throws
 */
export async function listPage(
  directory: ShareDirectoryClient,
  path: SourcePath,
  request: PageRequest,
  abortSignal: AbortSignal,
  isPartial = false,
  onAnswer: () => void = () => {},
): Promise<ReadPage> {
  const body = await requestListing(directory, request, abortSignal);
  onAnswer();
  const reader = new ListingReader(path, isPartial);
  for await (const bytes of body) reader.push(bytes as Buffer);
  const page = reader.finish();
  if (page.nextMarker !== undefined && page.nextMarker === request.marker) {
    throw new AzureFailure("The service goes on with the page that it has just sent", { kind: "malformed" });
  }
  return page;
}

/**
 * The request for a listing, sent through the SDK's own pipeline (signing, identification, proxies), of which the body is
 * taken before the SDK parses it: that takes ten times as long as all the rest of a scan. This is the one place that knows the
 * insides of the SDK's clients; a test compares what is sent with what the SDK itself would send.
 */
import type { Readable } from "node:stream";
import type { HttpHeaders, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import { AzureFailure } from "./failures.js";

export interface PageRequest {
  /** undefined for the first page. */
  readonly marker: string | undefined;
  /** Entries at most; 5000 is the most the service gives. */
  readonly pageSize: number;
  /** Only names that begin so. */
  readonly prefix?: string | undefined;
}

/** What the SDK's directory client holds and does not show. */
interface Insides {
  readonly storageClientContext: {
    readonly version: string;
    sendRequest(request: PipelineRequest): Promise<PipelineResponse>;
  };
  readonly shareClientConfig?: { readonly allowTrailingDot?: boolean; readonly fileRequestIntent?: string };
}

/** An answer that the service refuses with, in the shape of the SDK's errors. */
class RefusedListing extends Error {
  override readonly name = "RestError";
  readonly statusCode: number;
  readonly response: { readonly headers: HttpHeaders };

  constructor({ status, headers, bodyAsText }: PipelineResponse) {
    super(/<Message>([^<]*)/.exec(bodyAsText ?? "")?.[1] ?? "the listing was refused");
    this.statusCode = status;
    this.response = { headers };
  }
}

/**
 * @returns the body as it arrives; whoever takes it destroys it, or reads it to its end
 * @throws what the SDK throws, or an error of that shape, when there is no such body
 */
export async function requestListing(
  directory: ShareDirectoryClient,
  { marker, pageSize, prefix }: PageRequest,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const { createHttpHeaders, createPipelineRequest } = await import("@azure/core-rest-pipeline");
  const { storageClientContext: context, shareClientConfig: config } = directory as unknown as Insides;
  const query = [
    "restype=directory&comp=list",
    prefix === undefined ? "" : `&prefix=${encodeURIComponent(prefix)}`,
    marker === undefined ? "" : `&marker=${encodeURIComponent(marker)}`,
    `&maxresults=${pageSize}&include=${encodeURIComponent("Timestamps,Etag,Attributes,PermissionKey")}`,
  ].join("");
  const headers = createHttpHeaders({
    "x-ms-version": context.version,
    accept: "application/xml",
    "x-ms-file-extended-info": "true",
  });
  if (config?.allowTrailingDot !== undefined) headers.set("x-ms-allow-trailing-dot", String(config.allowTrailingDot));
  if (config?.fileRequestIntent !== undefined) headers.set("x-ms-file-request-intent", config.fileRequestIntent);
  const request = createPipelineRequest({
    url: `${directory.url}${directory.url.includes("?") ? "&" : "?"}${query}`,
    method: "GET",
    headers,
    abortSignal,
    allowInsecureConnection: true,
    streamResponseStatusCodes: new Set([200]),
  });
  const answer = await context.sendRequest(request);
  if (answer.status !== 200) throw new RefusedListing(answer);
  const body = answer.readableStreamBody;
  if (body === undefined) throw new AzureFailure("The listing has no body", { kind: "malformed" });
  return body as Readable;
}

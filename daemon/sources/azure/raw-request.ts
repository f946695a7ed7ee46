/**
 * Requests for lists, sent through the SDK's own pipeline (signing, identification, proxies), of which the body is taken before the
 * SDK parses it: that takes ten times as long as all the rest of a scan, and a gigabyte for the ranges of a large file. This is
 * the one place that knows the insides of the SDK's clients; tests compare what is sent with what the SDK itself would send.
 */
import type { Readable } from "node:stream";
import type { HttpHeaders, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import type { ShareDirectoryClient, ShareFileClient } from "@azure/storage-file-share";
import { AzureFailure } from "./failures.js";

/** What the SDK's clients hold and do not show. */
interface Insides {
  readonly storageClientContext: {
    readonly version: string;
    sendRequest(request: PipelineRequest): Promise<PipelineResponse>;
  };
  readonly shareClientConfig?: { readonly allowTrailingDot?: boolean; readonly fileRequestIntent?: string };
}

/** An answer that the service refuses with, in the shape of the SDK's errors. */
class Refusal extends Error {
  override readonly name = "RestError";
  readonly statusCode: number;
  readonly response: { readonly headers: HttpHeaders };

  constructor({ status, headers, bodyAsText }: PipelineResponse) {
    super(/<Message>([^<]*)/.exec(bodyAsText ?? "")?.[1] ?? "the request was refused");
    this.statusCode = status;
    this.response = { headers };
  }
}

/** An answer whose body is still on its way; whoever takes it destroys it, or reads it to its end. */
export interface RawAnswer {
  readonly body: Readable;
  readonly headers: HttpHeaders;
}

/**
 * @param query without a question mark, percent-encoded
 * @param own headers of this request alone
 * @throws what the SDK throws, or an error of that shape; AzureFailure when there is no body
 */
export async function requestRaw(
  client: ShareDirectoryClient | ShareFileClient,
  query: string,
  own: Readonly<Record<string, string>>,
  abortSignal: AbortSignal,
): Promise<RawAnswer> {
  const { createHttpHeaders, createPipelineRequest } = await import("@azure/core-rest-pipeline");
  const { storageClientContext: context, shareClientConfig: config } = client as unknown as Insides;
  const headers = createHttpHeaders({ "x-ms-version": context.version, accept: "application/xml", ...own });
  if (config?.allowTrailingDot !== undefined) headers.set("x-ms-allow-trailing-dot", String(config.allowTrailingDot));
  if (config?.fileRequestIntent !== undefined) headers.set("x-ms-file-request-intent", config.fileRequestIntent);
  const request = createPipelineRequest({
    url: `${client.url}${client.url.includes("?") ? "&" : "?"}${query}`,
    method: "GET",
    headers,
    abortSignal,
    allowInsecureConnection: true,
    streamResponseStatusCodes: new Set([200]),
  });
  const answer = await context.sendRequest(request);
  if (answer.status !== 200) throw new Refusal(answer);
  const body = answer.readableStreamBody;
  if (body === undefined) throw new AzureFailure("The answer has no body", { kind: "malformed" });
  return { body: body as Readable, headers: answer.headers };
}

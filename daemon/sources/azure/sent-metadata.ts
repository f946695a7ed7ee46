/**
 * User metadata as the service sends it. Node gives names of headers in lower case, and the SDK leaves out values that are empty; the
 * answer itself, of which Node tells whoever subscribes, has both as they were sent. Of each answer whose metadata would suffer, they are
 * kept until they are asked for by the id that the service gives each request.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

export type Metadata = Readonly<Record<string, string>>;

/** Said when an answer's headers have arrived, before whoever waits for it hears of it. */
const CHANNEL = "http.client.response.finish";
const REQUEST_ID = "x-ms-request-id";
const PREFIX = "x-ms-meta-";
/** Those that nobody asks for, of requests that were given up, go when this many are kept. */
const MOST_KEPT = 1_024;

const kept = new Map<string, Metadata>();
let isHearing = false;

/** From now on answers are looked at. */
export function hearMetadata(): void {
  if (isHearing) return;
  isHearing = true;
  subscribe(CHANNEL, (message) => keep((message as { readonly response: IncomingMessage }).response));
}

/**
 * The metadata of an answer as they were sent. To be asked once of each.
 * @param requestId the answer's
 * @param told what the SDK has told of them
 */
export function sentMetadata(requestId: string | undefined, told: Metadata | undefined): Metadata | undefined {
  if (requestId === undefined) return told;
  const metadata = kept.get(requestId);
  kept.delete(requestId);
  return metadata ?? told;
}

function keep({ rawHeaders, headers }: IncomingMessage): void {
  const metadata: Record<string, string> = {};
  let suffers = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [header = "", value = ""] = [rawHeaders[index], rawHeaders[index + 1]];
    if (header.length <= PREFIX.length || header.slice(0, PREFIX.length).toLowerCase() !== PREFIX) continue;
    const name = header.slice(PREFIX.length);
    suffers ||= value === "" || name !== name.toLowerCase();
    Object.defineProperty(metadata, name, { value, enumerable: true, configurable: true, writable: true });
  }
  const requestId = headers[REQUEST_ID];
  if (!suffers || typeof requestId !== "string") return;
  for (const oldest of kept.size >= MOST_KEPT ? kept.keys() : []) {
    kept.delete(oldest);
    break;
  }
  kept.set(requestId, metadata);
}

// URLs inside headers: the source of a rename or a copy. Only addresses of this emulator can be followed.
import { invalidHeader } from "../errors.js";
import { type Address, parseAddress } from "../http/address.js";

export interface SourceUrl {
  readonly url: URL;
  readonly address: Address & { readonly share: string };
  readonly query: ReadonlyMap<string, string>;
}

/** Throws InvalidHeaderValue for text that is no URL of a file. */
export function parseSourceUrl(header: string, text: string): SourceUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalidHeader(header, text);
  }
  const address = parseAddress(url.host, url.pathname);
  if (!address || address.share === undefined) throw invalidHeader(header, text);
  const query = new Map<string, string>();
  for (const pair of url.search.slice(1).split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    query.set(pair.slice(0, equals).toLowerCase(), decodeURIComponent(pair.slice(equals + 1)));
  }
  return { url, address: { ...address, share: address.share }, query };
}

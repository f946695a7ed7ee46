// URLs inside headers: the source of a rename or a copy. Only addresses of this emulator can be followed.
import { invalidHeader } from "../errors.js";
import { type Address, completeAddress, parseAddress } from "../http/address.js";
import type { OperationContext } from "../http/operation.js";

export interface SourceUrl {
  readonly url: URL;
  readonly address: Address & { readonly share: string };
  readonly query: ReadonlyMap<string, string>;
}

/** Throws InvalidHeaderValue for text that is no URL of a file. One that lacks the account means the request's. */
export function parseSourceUrl({ request, accounts }: OperationContext, header: string, text: string): SourceUrl {
  try {
    const url = new URL(text);
    const { host, pathname: rawPath } = url;
    const parsed = parseAddress(host, rawPath);
    const isAccount = (name: string): boolean => accounts.service(name) !== undefined;
    const own = [request.address.account];
    const address = parsed && completeAddress(parsed, own, isAccount, { host, rawPath, scheme: "http" });
    if (!address || address.share === undefined) throw invalidHeader(header, text);
    return { url, address: { ...address, share: address.share }, query: parseQuery(url.search) };
  } catch {
    // No URL, or one that cannot be decoded.
    throw invalidHeader(header, text);
  }
}

function parseQuery(search: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of search.slice(1).split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    query.set(pair.slice(0, equals).toLowerCase(), decodeURIComponent(pair.slice(equals + 1)));
  }
  return query;
}

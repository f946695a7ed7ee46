// Which account, share and path a request's host and URL name. The account stands in the host name, or,
// for any other host, first in the path.

export interface Address {
  readonly account: string;
  readonly style: "host" | "path";
  /** Undefined for the service itself. */
  readonly share?: string;
  /** Decoded, with slashes; empty for the share's root. */
  readonly path: string;
  /** What this account's service is called in answers, with a slash at the end. */
  readonly endpoint: string;
}

const hostStyle = /^([a-z0-9]{3,24})(?:-secondary)?\.file\.[a-z0-9.-]+$/i;

/** Undefined when the path cannot be decoded. `scheme` is that of the endpoint in answers. */
export function parseAddress(host: string, rawPath: string, scheme: "http" | "https" = "http"): Address | undefined {
  const hostname = host.replace(/:\d+$/, "");
  const account = hostStyle.exec(hostname)?.[1]?.toLowerCase();
  const decoded = decodePath(rawPath);
  if (decoded === undefined) return undefined;
  const parts = decoded.replace(/^\//, "").split("/");
  const style = account === undefined ? "path" : "host";
  const owner = account ?? parts.shift() ?? "";
  const [share, ...rest] = parts;
  return {
    account: owner,
    style,
    ...(share && { share }),
    path: rest.filter((part) => part !== "").join("/"),
    endpoint: style === "host" ? `${scheme}://${host}/` : `${scheme}://${host}/${owner}/`,
  };
}

function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    // Malformed percent-encoding: the caller answers InvalidUri.
    return undefined;
  }
}

/** Tells which names are accounts here. */
export type IsAccount = (name: string) => boolean;

/**
 * The address that is meant by a path that lacks the account. Clients that know host-style addresses only
 * leave it out, and so does the JavaScript SDK's rename: the first of `guesses` that is an account owns it.
 */
export function completeAddress(
  address: Address,
  guesses: readonly (string | undefined)[],
  isAccount: IsAccount,
  url: { readonly host: string; readonly rawPath: string; readonly scheme: "http" | "https" },
): Address {
  if (address.style === "host" || isAccount(address.account)) return address;
  const account = guesses.find((guess) => guess !== undefined && isAccount(guess));
  if (account === undefined) return address;
  return parseAddress(url.host, `/${account}${url.rawPath}`, url.scheme) ?? address;
}

/** Where a share is: `azure-files://account/share/folder`, and the endpoint it is reached at. Parsed once, at the edge. */
import { isIPv4 } from "node:net";
import { SharestrataError } from "../../../core/errors.js";
import { nameProblem } from "../../../core/names.js";

export interface AzureTarget {
  readonly account: string;
  readonly share: string;
  /** The folder that is backed up; `[]` is the whole share. */
  readonly folder: readonly string[];
}

const ACCOUNT = /^[a-z0-9]{3,24}$/;
/** Single hyphens within; 3 to 63 characters. */
const SHARE = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** @throws SharestrataError `USAGE` */
export function parseAzureUrl(url: string): AzureTarget {
  const [account = "", share = "", ...rest] = url.replace(/^azure-files:\/\//i, "").split("/");
  if (!ACCOUNT.test(account)) {
    throw usage(url, `"${account}" is not the name of a storage account (3 to 24 lower-case letters and digits)`);
  }
  if (!SHARE.test(share)) {
    throw usage(url, `"${share}" is not the name of a share (3 to 63 lower-case letters, digits and single hyphens)`);
  }
  const folder = rest.filter((part) => part !== "").map((part) => decode(url, part));
  return { account, share, folder };
}

function decode(url: string, part: string): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    throw usage(url, `"${part}" holds a "%" that starts no escape: write "%25" for it`);
  }
  const problem = nameProblem(name) ?? (/[?#]/.test(part) ? 'write "%3F" for "?" and "%23" for "#"' : undefined);
  if (problem !== undefined) throw usage(url, `the folder name "${part}" cannot be used: ${problem}`);
  return name;
}

export function formatAzureUrl({ account, share, folder }: AzureTarget): string {
  return `azure-files://${[account, share, ...folder.map(encodeURIComponent)].join("/")}`;
}

/**
 * The URL of the account's file service, without a trailing slash. A host that is an address or `localhost` carries the
 * account in its path; it is added where the override leaves it out.
 * @throws SharestrataError `USAGE` when the override is no such URL
 */
export function endpointOf(account: string, override: string | undefined): string {
  if (override === undefined) return `https://${account}.file.core.windows.net`;
  const url = URL.canParse(override) ? new URL(override) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    throw new SharestrataError(
      "USAGE",
      "The endpoint is not a plain URL: write https://account.file.core.windows.net or http://127.0.0.1:10004/account.",
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  if (!isPathStyle(url)) return `${url.origin}${path}`;
  const named = path.slice(1);
  if (named !== "" && named !== account) {
    throw new SharestrataError(
      "USAGE",
      `The endpoint ${url.origin}${path} is not that of the account "${account}": its path should be "/${account}".`,
    );
  }
  return `${url.origin}/${account}`;
}

// As the SDK tells them: by what the host looks like.
function isPathStyle(url: URL): boolean {
  return isIPv4(url.hostname) || url.hostname.startsWith("[") || url.hostname === "localhost";
}

/** @throws SharestrataError `CONFIG_INVALID` */
export function expectTls(endpoint: string): void {
  if (endpoint.startsWith("https:")) return;
  throw new SharestrataError(
    "CONFIG_INVALID",
    `The service takes tokens of Entra ID over https alone, and the endpoint is ${endpoint}: sign in by another way, or give an endpoint that begins with https.`,
  );
}

export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return (
    hostname === "[::1]" ||
    (isIPv4(hostname) && hostname.startsWith("127.")) ||
    hostname === "localhost" ||
    hostname.endsWith(".localhost")
  );
}

function usage(url: string, problem: string): SharestrataError {
  return new SharestrataError("USAGE", `"${url}" does not name a share: ${problem}.`);
}

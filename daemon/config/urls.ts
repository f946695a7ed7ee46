/**
 * The URLs of a configuration, made absolute and looked through for secrets before anything else sees them. What a
 * scheme allows beyond that is for the source or store to say.
 */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
/** Signatures and keys as they appear in SAS URLs and connection strings; also userinfo before a host. */
const SECRET = /(?:^|[?&;])\s*(?:sig|sharedaccesssignature|accountkey)=|^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#]*@/i;

export const WHERE_SECRETS_BELONG =
  "keep it in a file, a systemd credential or the environment, and write {file: PATH}, {credential: NAME} or {env: NAME} as the source's key, sas, connectionString, entra.secret or entra.token";

/** @returns what is wrong with a source's URL, without quoting it where it may hold a secret */
export function sourceUrlProblem(text: string): string | undefined {
  const problem = urlProblem(text);
  if (problem !== undefined) return problem;
  const scheme = schemeOf(text);
  if (scheme === "azure-files") return azureUrlProblem(text);
  if (scheme === undefined || scheme === "file") return undefined;
  return `"${scheme}:" is no kind of source: write azure-files://ACCOUNT/SHARE or file:///PATH`;
}

/** @returns what is wrong with the URL of a share that is restored into, without quoting it where it may hold a secret */
export function targetUrlProblem(text: string): string | undefined {
  const problem = sourceUrlProblem(text);
  if (problem !== undefined || schemeOf(text) === "azure-files") return problem;
  return `"${text}" needs no sign-in: only azure-files://ACCOUNT/SHARE does`;
}

/** @returns what is wrong with a store's URL, without quoting it where it may hold a secret */
export function storeUrlProblem(text: string): string | undefined {
  return urlProblem(text);
}

/** Whether a text carries a key or a signature; what does is never printed. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text) || SECRET.test(decoded(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is no valid encoding has been looked at as it is.
    return text;
  }
}

function urlProblem(text: string): string | undefined {
  if (text.trim() === "") return "is empty";
  if (holdsSecret(text))
    return `this URL holds a secret, which does not belong in a configuration: ${WHERE_SECRETS_BELONG}`;
  if (schemeOf(text) !== "file") return undefined;
  try {
    fileURLToPath(fileUrl(text));
    return undefined;
  } catch {
    return `"${text}" is no URL of a local folder: write file:///PATH`;
  }
}

function azureUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `"${text}" is no URL: write azure-files://ACCOUNT/SHARE`;
  const url = new URL(text);
  const parts = url.pathname.split("/").filter((part) => part !== "");
  if (url.host === "" || parts.length === 0)
    return `"${text}" does not name a share: write azure-files://ACCOUNT/SHARE`;
  const unknown = [...url.searchParams.keys()].find((key) => key !== "endpoint");
  if (unknown !== undefined) return `"${unknown}" is no parameter of a source's URL: there is only endpoint`;
  const endpoint = url.searchParams.get("endpoint");
  return endpoint === null ? undefined : endpointProblem(endpoint);
}

export function endpointProblem(text: string): string | undefined {
  if (holdsSecret(text)) return `this endpoint holds a secret: ${WHERE_SECRETS_BELONG}`;
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  return /^https?:$/.test(protocol) ? undefined : `"${text}" is no http or https address of a file service`;
}

/** Of an authority that tokens are had from: another cloud's, or a stand-in. */
export function authorityProblem(text: string): string | undefined {
  if (holdsSecret(text)) return `this authority holds a secret: ${WHERE_SECRETS_BELONG}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === "https:" && url.search === "" && url.hash === "" && url.pathname === "/";
  return isPlain
    ? undefined
    : `"${text}" is no authority: write https://HOST, such as https://login.microsoftonline.us`;
}

/**
 * Splits an endpoint given in the URL from it.
 * @param text has passed `sourceUrlProblem`
 * @param base folder that relative paths are relative to
 */
export function sourceUrl(text: string, base: string): { readonly url: string; readonly endpoint: string | undefined } {
  if (schemeOf(text) !== "azure-files") return { url: absoluteUrl(text, base), endpoint: undefined };
  const [plain = ""] = text.split("?", 1);
  return { url: plain.replace(/\/+$/, ""), endpoint: new URL(text).searchParams.get("endpoint") ?? undefined };
}

/** A path, or a `file:` URL with a relative one, becomes `file:///…`; every other URL stays as it is. */
export function absoluteUrl(text: string, base: string): string {
  const scheme = schemeOf(text);
  if (scheme === undefined) return pathToFileURL(resolve(base, text)).href;
  if (scheme !== "file") return text;
  const relative = /^file:(?!\/)(.*)$/i.exec(text)?.[1];
  if (relative !== undefined) return pathToFileURL(resolve(base, relative)).href;
  return pathToFileURL(fileURLToPath(fileUrl(text))).href;
}

function schemeOf(text: string): string | undefined {
  return SCHEME.exec(text)?.[0].slice(0, -1).toLowerCase();
}

function fileUrl(text: string): URL {
  return new URL(text, "file:///");
}

/**
 * How to sign in to a storage account: what the configuration says, checked and brought into one of three forms. Secrets
 * stay wrapped; no error made here repeats any part of what was given.
 */
import { SharestrataError } from "../../../core/errors.js";
import { Secret } from "../../../core/secret.js";
import type { TimeNs } from "../../../core/time.js";
import type { EntraIdentity, SecretReader } from "./sign-in/entra-identity.js";
import { Sas, SasProofs, type SasReader } from "./sign-in/sas-proofs.js";
import { TokenProofs } from "./sign-in/token-proofs.js";

export type AzureCredentials =
  /** `account` is the one of the source's URL unless said otherwise. `key` is base64, as the portal shows it. */
  | { readonly kind: "shared-key"; readonly account?: string | undefined; readonly key: Secret }
  /**
   * With or without the leading "?". `again` reads it from where it is kept, for when it has been replaced.
   */
  | { readonly kind: "sas"; readonly token: Secret; readonly again?: SecretReader | undefined }
  | { readonly kind: "connection-string"; readonly text: Secret; readonly again?: SecretReader | undefined }
  | { readonly kind: "entra"; readonly identity: EntraIdentity };

/** Made once for a source: what it holds is renewed while the source is in use. */
export type SignIn =
  | { readonly kind: "shared-key"; readonly account: string; readonly key: Secret }
  | { readonly kind: "sas"; readonly proofs: SasProofs }
  | { readonly kind: "entra"; readonly proofs: TokenProofs };

/** When the SAS in use runs out, if it is one and says so. */
export function expiryOf(signIn: SignIn): TimeNs | undefined {
  return signIn.kind === "sas" ? signIn.proofs.sas.expiresAt : undefined;
}

export interface ResolvedCredentials {
  readonly signIn: SignIn;
  /** The file endpoint a connection string names. */
  readonly endpoint: string | undefined;
}

/** The account name and key every storage emulator uses; published by Microsoft, and no secret. */
export const DEVELOPMENT_ACCOUNT = "devstoreaccount1";
const DEVELOPMENT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const BASE64 = /^[A-Za-z0-9+/]{4,}={0,2}$/;

export function developmentCredentials(): AzureCredentials {
  return { kind: "shared-key", account: DEVELOPMENT_ACCOUNT, key: new Secret(DEVELOPMENT_KEY) };
}

export interface ResolveOptions {
  readonly nowMs?: (() => number) | undefined;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

/**
 * @param account the one the source's URL names
 * @throws SharestrataError `CONFIG_INVALID` when the credentials cannot be used, with one sentence without a secret
 */
export function resolveCredentials(
  credentials: AzureCredentials,
  account: string,
  options: ResolveOptions = {},
): ResolvedCredentials {
  switch (credentials.kind) {
    case "shared-key":
      return {
        signIn: sharedKey(credentials.account ?? account, credentials.key.reveal(), account),
        endpoint: undefined,
      };
    case "sas": {
      const { token, again } = credentials;
      return {
        signIn: sas(token.reveal(), again && (async () => Sas.parse((await again()).reveal()))),
        endpoint: undefined,
      };
    }
    case "connection-string":
      return fromConnectionString(credentials, account);
    case "entra":
      return {
        signIn: { kind: "entra", proofs: new TokenProofs({ identity: credentials.identity, ...options }) },
        endpoint: undefined,
      };
  }
}

function fromConnectionString(
  { text, again }: Extract<AzureCredentials, { kind: "connection-string" }>,
  account: string,
): ResolvedCredentials {
  const parts = connectionStringParts(text.reveal());
  if (parts.get("usedevelopmentstorage") === "true") {
    return { signIn: sharedKey(DEVELOPMENT_ACCOUNT, DEVELOPMENT_KEY, account), endpoint: undefined };
  }
  const named = parts.get("accountname");
  const endpoint = parts.get("fileendpoint") ?? derivedEndpoint(parts, named);
  const token = parts.get(SAS_PART);
  if (token !== undefined) {
    const read = again && (async () => Sas.parse(connectionStringParts((await again()).reveal()).get(SAS_PART) ?? ""));
    return { signIn: sas(token, read), endpoint };
  }
  const key = parts.get("accountkey");
  if (named === undefined || key === undefined) {
    throw invalid("The connection string holds neither AccountName and AccountKey nor a SharedAccessSignature.");
  }
  return { signIn: sharedKey(named, key, account), endpoint };
}

// Keys are compared without regard to case, as the service's own clients do.
function connectionStringParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.trim().split(";")) {
    if (part.trim() === "") continue;
    const equals = part.indexOf("=");
    if (equals < 1) throw invalid("The connection string is not made of Name=value parts separated by semicolons.");
    parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  return parts;
}

function derivedEndpoint(parts: ReadonlyMap<string, string>, account: string | undefined): string | undefined {
  const suffix = parts.get("endpointsuffix");
  if (suffix === undefined || account === undefined) return undefined;
  return `${parts.get("defaultendpointsprotocol") ?? "https"}://${account}.file.${suffix}`;
}

function sharedKey(named: string, key: string, account: string): SignIn {
  if (named !== account) {
    throw invalid(`The credentials are for the account "${named}", but the source is in the account "${account}".`);
  }
  const trimmed = key.trim();
  if (!BASE64.test(trimmed)) {
    throw invalid(
      `The key of the account "${account}" is not base64: copy it whole from the portal, under Access keys.`,
    );
  }
  return { kind: "shared-key", account, key: new Secret(trimmed) };
}

const SAS_PART = "sharedaccesssignature";

function sas(token: string, read: SasReader | undefined): SignIn {
  return { kind: "sas", proofs: new SasProofs(Sas.parse(token), read) };
}

function invalid(message: string): SharestrataError {
  return new SharestrataError("CONFIG_INVALID", message);
}

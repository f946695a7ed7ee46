/**
 * What a configuration says once it has been read and found right. Nothing here is secret: a secret is only ever named
 * (`SecretReference`), and fetched when a source is opened (secrets.ts).
 */
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import type { RetentionPolicy } from "../retention/policy.js";
import { closest } from "./suggest.js";

/** Where a secret is to be had. `key` is where the configuration says so, for messages: `sharestrata.yaml:7: shares.…`. */
export type SecretReference =
  | { readonly kind: "env"; readonly name: string; readonly key: string }
  | { readonly kind: "file"; readonly path: string; readonly key: string }
  | { readonly kind: "credential"; readonly name: string; readonly key: string };

interface ApplicationSettings {
  readonly tenant: string;
  readonly client: string;
  readonly secret: SecretReference;
}

/** Who signs in to Entra ID; as `EntraIdentity`, with references where that has secrets. */
export type EntraSettings = { readonly authority: string | undefined } & (
  | { readonly kind: "default" | "workload"; readonly tenant: string | undefined; readonly client: string | undefined }
  | { readonly kind: "managed"; readonly client: string | undefined }
  | ({ readonly kind: "secret" } & ApplicationSettings)
  | ({ readonly kind: "token" } & ApplicationSettings)
);

/** How a share is signed in to; at most one of the four. */
export type SignIn =
  | { readonly kind: "entra"; readonly entra: EntraSettings }
  | { readonly kind: "key"; readonly secret: SecretReference }
  | { readonly kind: "sas"; readonly secret: SecretReference }
  | { readonly kind: "connectionString"; readonly secret: SecretReference };

export interface SourceSettings {
  /** `azure-files://account/share` or `file:///path`: absolute, without secrets. */
  readonly url: string;
  /** For emulators and private clouds: the service's address, account included where it is part of the path. */
  readonly endpoint: string | undefined;
  /** undefined: what the environment offers. */
  readonly signIn: SignIn | undefined;
  /** Whether a share snapshot is kept, so that of large files only changed ranges are read. */
  readonly changedRanges: boolean;
  /** Whether a file that keeps size and LastWriteTime need not be read when something else explains its change. */
  readonly trustWriteTimes: boolean;
  /** What a run asks of the service at most; undefined: the source's own limits. */
  readonly operationsPerSecond?: number | undefined;
  readonly requestsAtOnce?: number | undefined;
}

/** What an encrypted share is opened with. */
export interface EncryptionSettings {
  readonly kind: "passphrase" | "key-file";
  readonly secret: SecretReference;
  /** Whether the share itself says so, and not the defaults: then it has to be encrypted. */
  readonly isOwn: boolean;
}

export interface ShareSettings {
  readonly name: ShareName;
  readonly source: SourceSettings;
  /** URI of the object store: absolute, without secrets. */
  readonly store: string;
  /** Which snapshots `prune` keeps: the share's own rules, or else its tenant's, or else the defaults. Empty: all. */
  readonly retention: RetentionPolicy;
  /** undefined: what the command line and the environment offer. */
  readonly encryption: EncryptionSettings | undefined;
  /** Line of the share in the file, from 1. */
  readonly line: number;
}

export interface Config {
  /** Absolute path of the file. */
  readonly file: string;
  /** Absolute path of the folder that holds the catalogs. */
  readonly stateDir: string;
  /** Shares, or folders of some, that are restored into, and how they are signed in to. */
  readonly targets?: readonly SourceSettings[] | undefined;
  /** In the file's order. */
  readonly shares: readonly ShareSettings[];
}

/** @throws SharestrataError `SHARE_UNKNOWN`, with the nearest name there is */
export function findShare(config: Config, name: ShareName): ShareSettings {
  const wanted = formatShareName(name);
  const found = config.shares.find((share) => formatShareName(share.name) === wanted);
  if (found) return found;
  const names = config.shares.map((share) => formatShareName(share.name));
  const near = closest(wanted, names);
  const hint =
    near !== undefined
      ? `did you mean ${near}?`
      : names.length === 0
        ? "it configures no share yet."
        : `it has ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : "."}`;
  throw new SharestrataError("SHARE_UNKNOWN", `${config.file} configures no share ${wanted}: ${hint}`, {
    share: wanted,
    file: config.file,
  });
}

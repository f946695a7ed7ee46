/** From the text of a configuration to a `Config`, or to the list of everything that is wrong with it. */
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { messageOf } from "../../core/errors.js";
import { parseShareName } from "../../core/names.js";
import type {
  Config,
  EncryptionSettings,
  EntraSettings,
  SecretReference,
  ShareSettings,
  SignIn,
  SourceSettings,
} from "./config.js";
import { type ConfigDocument, decapitalised, type KeyPath, parseConfigDocument } from "./document.js";
import { defaultStateDir } from "./locate.js";
import { ConfigError, type ConfigProblem, positionText } from "./problems.js";
import { parseSpan } from "../retention/span.js";
import type { RetentionPolicy } from "../retention/policy.js";
import { configSchema, type RawConfig, type RawEntra, type RawRetention, type RawSecret } from "./schema.js";
import { closest } from "./suggest.js";
import { absoluteUrl, sourceUrl } from "./urls.js";

/** Every key there is; the nearest one is offered for a key that is not among them. */
const KEYS = (
  "state defaults tenants targets shares source store url endpoint key sas connectionString entra default managedIdentity " +
  "workloadIdentity secret token tenant client authority changedRanges trustWriteTimes operationsPerSecond requestsAtOnce encryption passphrase " +
  "env file credential retention last hourly daily weekly monthly yearly within tags"
).split(" ");

/**
 * @param file absolute; relative paths in the text are relative to its folder
 * @throws ConfigError with every problem there is
 */
export function parseConfig(file: string, text: string): Config {
  const document = parseConfigDocument(file, text);
  const parsed = configSchema.safeParse(document.data);
  const issues = (parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, document));
  const problems = [...issues, ...nameProblems(document)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(file, tidied(problems));
  return new Builder(file, document).config(parsed.data);
}

/** Names of shares are keys; zod does not look at the value of a key that it refuses, so they are looked at here. */
function nameProblems({ data, lineOf }: ConfigDocument): FoundProblem[] {
  const shares = typeof data === "object" && data !== null && "shares" in data ? data.shares : undefined;
  if (typeof shares !== "object" || shares === null || Array.isArray(shares)) return [];
  return Object.keys(shares).flatMap((name) => {
    try {
      parseShareName(name);
      return [];
    } catch (error) {
      const text = messageOf(error).replace(/\.$/, "");
      return [{ line: lineOf(["shares", name]), key: `shares.${name}`, text }];
    }
  });
}

const MISSING = "is missing";

interface FoundProblem extends ConfigProblem {
  /** The key that an unknown key was probably meant to be. */
  readonly meant?: string | undefined;
}

function problemsOf(issue: z.core.$ZodIssue, document: ConfigDocument): FoundProblem[] {
  const at = (path: KeyPath, text: string): FoundProblem => ({
    line: document.lineOf(path),
    key: path.map(String).join("."),
    text,
  });
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        // One that is known elsewhere is no slip of the pen.
        const near = KEYS.includes(key) ? undefined : closest(key, KEYS);
        if (near === undefined) return at([...issue.path, key], "unknown key");
        const meant = [...issue.path, near].map(String).join(".");
        return { ...at([...issue.path, key], `unknown key, did you mean ${near}?`), meant };
      });
    case "invalid_type": {
      const missing = /received undefined/.test(issue.message);
      return [at(issue.path, missing ? MISSING : decapitalised(issue.message.replace("Invalid input: ", "")))];
    }
    default:
      return [at(issue.path, decapitalised(issue.message))];
  }
}

/** In the file's order, and without the keys that are missing only because they are misspelt. */
function tidied(problems: readonly FoundProblem[]): ConfigProblem[] {
  const misspelt = new Set(problems.map((problem) => problem.meant));
  return problems
    .filter((problem) => problem.text !== MISSING || !misspelt.has(problem.key))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, key, text }) => ({ line, key, text }));
}

class Builder {
  private readonly folder: string;

  constructor(
    private readonly file: string,
    private readonly document: ConfigDocument,
  ) {
    this.folder = dirname(file);
  }

  config(raw: RawConfig): Config {
    const stateDir = raw.state === undefined ? defaultStateDir(this.file) : resolve(this.folder, raw.state);
    const targets = (raw.targets ?? []).map((target, at) => this.source(["targets", at], target, raw.defaults?.source));
    return { file: this.file, stateDir, targets, shares: this.shares(raw) };
  }

  private shares(raw: RawConfig): readonly ShareSettings[] {
    const problems: ConfigProblem[] = [];
    const shares = Object.entries(raw.shares ?? {}).map(([name, share]): ShareSettings => {
      const line = this.document.lineOf(["shares", name]) ?? 1;
      const store = share.store ?? raw.defaults?.store;
      if (store === undefined) {
        problems.push({
          line,
          key: `shares.${name}.store`,
          text: "is missing, and defaults.store is not there either",
        });
      }
      const shareName = parseShareName(name);
      const retention = share.retention ?? raw.tenants?.[shareName.tenant]?.retention ?? raw.defaults?.retention;
      return {
        name: shareName,
        retention: retention ? retentionOf(retention) : {},
        source: this.source(["shares", name, "source"], share.source, raw.defaults?.source),
        store: absoluteUrl(store ?? "", this.folder),
        encryption:
          this.encryption(["shares", name, "encryption"], share.encryption, true) ??
          this.encryption(["defaults", "encryption"], raw.defaults?.encryption, false),
        line,
      };
    });
    if (problems.length > 0) throw new ConfigError(this.file, problems);
    return shares;
  }

  private source(path: KeyPath, raw: RawShare["source"], defaults: RawSignIn | undefined): SourceSettings {
    const { url, endpoint } = sourceUrl(raw.url, this.folder);
    if (!url.startsWith("azure-files:")) {
      return { url, endpoint: undefined, signIn: undefined, changedRanges: false, trustWriteTimes: true };
    }
    return {
      url,
      endpoint: endpoint ?? raw.endpoint ?? defaults?.endpoint,
      signIn: this.signIn(path, raw) ?? (defaults && this.signIn(["defaults", "source"], defaults)),
      changedRanges: raw.changedRanges ?? defaults?.changedRanges ?? false,
      trustWriteTimes: raw.trustWriteTimes ?? defaults?.trustWriteTimes ?? true,
      operationsPerSecond: raw.operationsPerSecond ?? defaults?.operationsPerSecond,
      requestsAtOnce: raw.requestsAtOnce ?? defaults?.requestsAtOnce,
    };
  }

  private signIn(path: KeyPath, raw: RawSignIn): SignIn | undefined {
    for (const kind of ["key", "sas", "connectionString"] as const) {
      const secret = raw[kind];
      if (secret) return { kind, secret: this.secret([...path, kind], secret) };
    }
    return raw.entra && { kind: "entra", entra: this.entra([...path, "entra"], raw.entra) };
  }

  private entra(path: KeyPath, raw: RawEntra): EntraSettings {
    const { authority: url, tenant, client, managedIdentity } = raw;
    const authority = url?.replace(/\/$/, "");
    for (const kind of ["secret", "token"] as const) {
      const reference = raw[kind];
      if (!reference || tenant === undefined || client === undefined) continue;
      return { kind, authority, tenant, client, secret: this.secret([...path, kind], reference) };
    }
    if (managedIdentity !== undefined) {
      return { kind: "managed", authority, client: managedIdentity === true ? undefined : managedIdentity };
    }
    return { kind: raw.workloadIdentity ? "workload" : "default", authority, tenant, client };
  }

  private encryption(path: KeyPath, raw: RawShare["encryption"], isOwn: boolean): EncryptionSettings | undefined {
    if (raw?.passphrase)
      return { kind: "passphrase", secret: this.secret([...path, "passphrase"], raw.passphrase), isOwn };
    return raw?.key && { kind: "key-file", secret: this.secret([...path, "key"], raw.key), isOwn };
  }

  private secret(path: KeyPath, raw: RawSecret): SecretReference {
    const key = positionText(this.file, this.document.lineOf(path), path.map(String).join("."));
    if (raw.env !== undefined) return { kind: "env", name: raw.env, key };
    if (raw.file !== undefined) return { kind: "file", path: resolve(this.folder, raw.file), key };
    return { kind: "credential", name: raw.credential ?? "", key };
  }
}

function retentionOf({ within, ...rest }: RawRetention): RetentionPolicy {
  return { ...rest, ...(within !== undefined && { within: parseSpan(within) }) };
}

type RawShare = NonNullable<RawConfig["shares"]>[string];
type RawSignIn = NonNullable<NonNullable<RawConfig["defaults"]>["source"]>;

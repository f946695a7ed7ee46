// Shared access signatures: account SAS, service SAS for a share or one file, with stored access policies, and the same
// signed with a user-delegation key. Checked in the service's order: signature, time, protocol, address, then what it grants.
import { StorageError } from "../errors.js";
import type { SasNeed } from "../http/operation.js";
import { parseFileTime, toMs } from "../model/file-time.js";
import type { SignedIdentifier } from "../model/share-record.js";
import { authenticationFailed, type Authorization } from "./authorization.js";
import { allowsAddress } from "./ip-range.js";
import { signatureMatches } from "./signature.js";
import { type DelegationKey, delegationKeyOf, isSignedWith } from "./user-delegation.js";

/** What a SAS is checked against. */
export interface SasSubject {
  readonly account: string;
  readonly accountKeys: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  /** Undefined for requests to the service itself. */
  readonly share?: string;
  /** Decoded path inside the share. */
  readonly path: string;
  readonly clientAddress: string;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
  readonly nowMs: number;
  /** Stored access policies of the addressed share. */
  readonly policies: readonly SignedIdentifier[];
  /** Undefined when the request names no operation: then only the signature and time are checked. */
  readonly need?: SasNeed;
}

interface Grant {
  readonly start: string;
  readonly expiry: string;
  readonly permissions: string;
}

/** Throws AuthenticationFailed or the Authorization… error that fits. */
export function verifySas(subject: SasSubject): Authorization {
  const { query } = subject;
  const isAccountSas = query.has("ss") || query.has("srt");
  if (!isAccountSas && !query.has("sr")) throw authenticationFailed("sr is mandatory.");
  if (!/^\d{4}-\d\d-\d\d$/.test(parameter(subject, "sv"))) {
    throw authenticationFailed("sv is mandatory and must be a service version.");
  }
  const delegation = isAccountSas ? undefined : delegationKeyOf(query);
  if (delegation) checkDelegated(subject, delegation);
  else checkSignature(subject, isAccountSas ? accountSasTexts(subject) : serviceSasTexts(subject));
  const grant = isAccountSas || delegation ? urlGrant(subject) : policyGrant(subject);
  checkTime(grant, subject.nowMs);
  if (parameter(subject, "spr") === "https" && !subject.isSecure) {
    throw new StorageError("AuthorizationProtocolMismatch");
  }
  const range = parameter(subject, "sip");
  if (range !== "" && !allowsAddress(range, subject.clientAddress)) {
    throw new StorageError("AuthorizationSourceIPMismatch", { SourceIP: subject.clientAddress });
  }
  if (subject.need) checkGrant(subject, subject.need, grant, isAccountSas);
  return { kind: "sas", account: subject.account };
}

function checkSignature(subject: SasSubject, texts: readonly string[]): void {
  const signature = parameter(subject, "sig");
  const genuine = texts.some((text) => subject.accountKeys.some((key) => signatureMatches(signature, text, key)));
  if (!genuine) {
    throw authenticationFailed(`Signature did not match. String to sign used was ${texts[0] ?? "none"}`);
  }
}

/** Signed with a key that was given out here, and whose time it still is. */
function checkDelegated(subject: SasSubject, key: DelegationKey): void {
  if (parameter(subject, "si") !== "") throw authenticationFailed("A user delegation SAS cannot name a stored policy.");
  const [secret = ""] = subject.accountKeys;
  const [resource] = resourceNames(subject);
  const { genuine, text } = isSignedWith(key, secret, subject.query, resource ?? "");
  if (!genuine) throw authenticationFailed(`Signature did not match. String to sign used was ${text}`);
  checkTime({ start: key.start, expiry: key.expiry }, subject.nowMs);
}

function accountSasTexts(subject: SasSubject): string[] {
  const fields = ["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"];
  if (parameter(subject, "sv") >= "2020-12-06") fields.push("ses");
  return [`${[subject.account, ...fields.map((name) => parameter(subject, name))].join("\n")}\n`];
}

/** What the SAS can be for, as it is signed; nothing when the request addresses no such thing. */
function resourceNames(subject: SasSubject): string[] {
  const resource = parameter(subject, "sr");
  if (subject.share === undefined) return [];
  if (resource === "s") return [`/file/${subject.account}/${subject.share}`];
  return resource === "f" ? [`/file/${subject.account}/${subject.share}/${subject.path}`] : [];
}

function serviceSasTexts(subject: SasSubject): string[] {
  const values = (list: readonly string[]): string[] => list.map((name) => parameter(subject, name));
  return resourceNames(subject).map((name) =>
    [
      ...values(["sp", "st", "se"]),
      name,
      ...values(["si", "sip", "spr", "sv", "rscc", "rscd", "rsce", "rscl", "rsct"]),
    ].join("\n"),
  );
}

function urlGrant(subject: SasSubject): Grant {
  const grant = {
    start: parameter(subject, "st"),
    expiry: parameter(subject, "se"),
    permissions: parameter(subject, "sp"),
  };
  if (grant.expiry === "") throw authenticationFailed("se is mandatory.");
  if (grant.permissions === "") throw authenticationFailed("sp is mandatory.");
  return grant;
}

/** Fields come from the URL or from the stored policy it names, each from one of them only. */
function policyGrant(subject: SasSubject): Grant {
  const id = parameter(subject, "si");
  if (id === "") return urlGrant(subject);
  const policy = subject.policies.find((candidate) => candidate.id === id);
  if (!policy) throw authenticationFailed(`The stored access policy '${id}' does not exist.`);
  const pick = (name: string, stored: string | undefined): string => {
    const given = parameter(subject, name);
    if (given !== "" && stored) {
      throw authenticationFailed(`${name} is given both in the URL and in the stored access policy.`);
    }
    return given || (stored ?? "");
  };
  const grant = {
    start: pick("st", policy.start),
    expiry: pick("se", policy.expiry),
    permissions: pick("sp", policy.permission),
  };
  if (grant.expiry === "") throw authenticationFailed("se is mandatory.");
  if (grant.permissions === "") throw authenticationFailed("sp is mandatory.");
  return grant;
}

function checkTime({ start, expiry }: Omit<Grant, "permissions">, nowMs: number): void {
  const startMs = start === "" ? Number.NEGATIVE_INFINITY : sasTimeMs(start);
  const expiryMs = sasTimeMs(expiry);
  if (nowMs < startMs || nowMs >= expiryMs) {
    const frame = `Start [${start}] - Expiry [${expiry}]`;
    const now = new Date(nowMs).toUTCString();
    throw authenticationFailed(`Signature not valid in the specified time frame: ${frame} - Current [${now}]`);
  }
}

function sasTimeMs(text: string): number {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text.replace(/T(\d\d:\d\d)(Z|$)/, "T$1:00$2");
  const time = parseFileTime(full);
  if (time === undefined) throw authenticationFailed(`'${text}' is not a valid time.`);
  return toMs(time);
}

function checkGrant(subject: SasSubject, need: SasNeed, grant: Grant, isAccountSas: boolean): void {
  if (isAccountSas) {
    if (!parameter(subject, "ss").includes("f")) {
      throw new StorageError("AuthorizationServiceMismatch");
    }
    if (!parameter(subject, "srt").includes(need.resourceType)) {
      throw new StorageError("AuthorizationResourceTypeMismatch");
    }
  } else {
    const resource = parameter(subject, "sr");
    const allowed = need.serviceSas === "file" || (need.serviceSas === "share" && resource === "s");
    // Such as anything about a share itself, whatever letters there are.
    if (!allowed) throw new StorageError("AuthorizationFailure");
  }
  if (!need.permissions.split("").some((letter) => grant.permissions.includes(letter))) {
    throw new StorageError("AuthorizationPermissionMismatch");
  }
}

function parameter(subject: SasSubject, name: string): string {
  return subject.query.get(name) ?? "";
}

/** Why somebody could not be signed in to Entra ID, as one sentence that says what to do. Its beginning is source-errors.ts's. */
import { AzureFailure, scrub, TLS } from "../failures.js";
import type { EntraIdentity } from "./entra-identity.js";

/** What the last request for a token was answered with. */
export interface Answers {
  /** undefined: not at all. */
  status: number | undefined;
  /** The system's code, where there was no answer. */
  code: string | undefined;
  /** What is wrong with the place that a secret is to be read from. */
  unreadable: string | undefined;
}

/** @param text everything the library says of it; nothing of it is repeated but Entra ID's own codes and sentences */
export function signInFailure(
  identity: EntraIdentity,
  authority: string,
  text: string,
  answers: Answers,
): AzureFailure {
  if (answers.unreadable !== undefined) return make(answers.unreadable.replace(/\.$/, ""), undefined, 401);
  const aadsts = /AADSTS(\d+)/.exec(text)?.[1];
  if (aadsts !== undefined) {
    const sentence = refusals(identity, authority)[aadsts] ?? `Entra ID refuses it: ${described(text)}`;
    return make(`${sentence} (AADSTS${aadsts})`, `AADSTS${aadsts}`, isTransient(answers.status) ? answers.status : 401);
  }
  const { status, code } = answers;
  if (identity.kind === "managed") return make(...managed(identity.client, status, code));
  if (status !== undefined && isTransient(status)) {
    return make(`${authority} is overloaded or down (status ${status}): try again later`, undefined, status);
  }
  if (/endpoints_resolution_error/.test(text) && status !== undefined) {
    return make(`${authority} knows no tenant "${tenantOf(identity)}"`, "AADSTS90002", 401);
  }
  if (code !== undefined && TLS.test(code)) {
    // It will not be trusted a little later either, and nobody may sign in there.
    return make(`${authority} cannot be trusted (${code})`, code, 401);
  }
  if (code !== undefined && identity.kind !== "default") {
    return make(
      `${authority} does not answer (${code}): check the network, and the authority if the configuration names one`,
      code,
    );
  }
  if (identity.kind === "workload") {
    return make(
      "there is no workload identity here: it takes AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE",
      undefined,
      401,
    );
  }
  if (identity.kind === "default") return make(NOTHING_FOUND, undefined, 401);
  return make(`Entra ID cannot be understood: ${described(text)}`, undefined, 401);
}

const NOTHING_FOUND =
  "nothing was found to sign in with: no AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, no workload identity, " +
  "no managed identity, and no Azure command line that is signed in";

function managed(
  client: string | undefined,
  status: number | undefined,
  code: string | undefined,
): Parameters<typeof make> {
  if (status === undefined) {
    const why = code === undefined ? "" : ` (${code})`;
    return [`no managed identity answers on this machine${why}: is it one in Azure, with an identity?`, code];
  }
  if (isTransient(status) || status === 404 || status === 410) {
    return [`the managed identity of this machine cannot be had at the moment (status ${status})`, undefined, 503];
  }
  const which = client === undefined ? "no managed identity of its own" : `no managed identity "${client}"`;
  return [`this machine has ${which} (status ${status})`, undefined, 401];
}

function refusals(identity: EntraIdentity, authority: string): Readonly<Record<string, string>> {
  const client = "client" in identity && identity.client !== undefined ? ` "${identity.client}"` : "";
  const tenant = tenantOf(identity);
  const untrusted = `the application${client} does not trust the token that it was given: issuer, subject and audience have to be those of its federated credential`;
  return {
    "7000215": `the secret of the application${client} is wrong`,
    "7000222": `the secret of the application${client} has expired, so make a new one`,
    "7000112": `the application${client} is disabled`,
    "700016": `the tenant "${tenant}" has no application${client}`,
    "90002": `${authority} knows no tenant "${tenant}"`,
    "900023": `"${tenant}" is no tenant`,
    "700211": untrusted,
    "700212": untrusted,
    "700213": untrusted,
    "70021": untrusted,
    "700024": `the token that vouches for the application${client} has expired or is not valid yet`,
    "700027": `the signature of the token that vouches for the application${client} is not that of its issuer`,
    "53003": "a Conditional Access policy forbids it",
    "90033": "Entra ID is overloaded or down: try again later",
  };
}

function tenantOf(identity: EntraIdentity): string {
  return "tenant" in identity ? (identity.tenant ?? process.env["AZURE_TENANT_ID"] ?? "") : "";
}

/** Entra ID's first sentence behind its code. */
function described(text: string): string {
  const sentence = /AADSTS\d+: ([^\n]*?)(?:\.(?:\s|$)|$)/m.exec(text)?.[1] ?? text;
  return scrub(sentence);
}

function isTransient(status: number | undefined): boolean {
  return status !== undefined && (status === 429 || status >= 500);
}

/** @param status undefined when there was no answer, which may pass, as what is 429 or 500 and above may */
function make(message: string, code: string | undefined, status?: number): AzureFailure {
  return new AzureFailure(message, { kind: "sign-in", code, status });
}

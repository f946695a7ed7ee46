/**
 * Bearer tokens: one at a time for all requests, renewed before it ends, and once more when the service refuses it all
 * the same, as clocks differ. Nobody's request is refused for a token that could have been renewed, and nobody waits for a renewal
 * while the token that there is holds.
 */
import { Secret } from "../../../../core/secret.js";
import { AzureFailure } from "../failures.js";
import type { EntraIdentity } from "./entra-identity.js";
import { openIssuer, type TokenIssuer } from "./identity.js";
import type { Proof, ProofAnswer, Proofs, ProvenRequest } from "./proofs.js";

/** A token is renewed when this much of it is left, or a fifth of a short one: requests take their time. */
const RENEW_MS = 5 * 60_000;
/** After a renewal that has failed; some ten tries then fall into those five minutes. */
const TRY_AGAIN_MS = 30_000;
/** Whoever issues tokens answers within this time, or not at all. */
const LONGEST_ISSUE_MS = 20_000;
const CHALLENGED_TENANT = /authorization_uri="?https:\/\/[^/\s"]+\/([0-9a-f-]{36})\//i;

class BearerToken implements Proof {
  readonly #text: Secret;
  readonly endsMs: number;
  readonly renewMs: number;

  constructor(text: string, nowMs: number, endsMs: number) {
    this.#text = new Secret(text);
    this.endsMs = endsMs;
    this.renewMs = endsMs - Math.min(RENEW_MS, Math.max(0, endsMs - nowMs) / 5);
  }

  apply(request: ProvenRequest): void {
    request.headers.set("authorization", `Bearer ${this.#text.reveal()}`);
    // Without it the service lets no token at files; the SDK leaves it out of some requests.
    request.headers.set("x-ms-file-request-intent", "backup");
  }

  equals(other: BearerToken): boolean {
    return this.#text.reveal() === other.#text.reveal();
  }
}

export interface TokenProofsOptions {
  readonly identity: EntraIdentity;
  readonly nowMs?: (() => number) | undefined;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

export class TokenProofs implements Proofs {
  readonly #options: TokenProofsOptions;
  readonly #nowMs: () => number;
  #issuer: Promise<TokenIssuer> | undefined;
  #token: BearerToken | undefined;
  #flight: Promise<BearerToken> | undefined;
  /** No renewal is tried before, while there is a token that holds. */
  #notBeforeMs = 0;

  constructor(options: TokenProofsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  async current(): Promise<BearerToken> {
    const token = this.#token;
    const now = this.#nowMs();
    if (token === undefined || now >= token.endsMs) return this.#renew(undefined);
    const isDue = now >= token.renewMs && now >= this.#notBeforeMs;
    // Its failure is of no interest until the token has ended: then whoever needs one asks for it.
    if (isDue) {
      this.#renew(undefined).catch(() => {
        this.#notBeforeMs = this.#nowMs() + TRY_AGAIN_MS;
      });
    }
    return token;
  }

  isRefused({ status, code }: ProofAnswer): boolean {
    return status === 401 || (status === 403 && code === "AuthenticationFailed");
  }

  async renewed(refused: Proof, { challenge }: ProofAnswer): Promise<BearerToken | undefined> {
    const token = this.#token;
    if (token !== undefined && token !== refused) return token;
    const other = await this.#renew(CHALLENGED_TENANT.exec(challenge ?? "")?.[1]);
    return token !== undefined && other.equals(token) ? undefined : other;
  }

  #renew(tenant: string | undefined): Promise<BearerToken> {
    this.#flight ??= this.#issue(tenant).finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #issue(tenant: string | undefined): Promise<BearerToken> {
    this.#issuer ??= openIssuer(this.#options.identity, this.#options.ca);
    const issuer = await this.#issuer;
    const { text, expiresAtMs } = await inTime(issuer.issue(tenant));
    this.#token = new BearerToken(text, this.#nowMs(), expiresAtMs);
    return this.#token;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `nobody has issued a token within ${LONGEST_ISSUE_MS / 1000} seconds`;
      reject(new AzureFailure(message, { kind: "sign-in", code: "TIMEOUT" }));
    }, LONGEST_ISSUE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

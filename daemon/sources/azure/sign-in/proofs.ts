/**
 * What requests prove themselves with where that may change while a run goes on: a SAS, which may be replaced by another
 * one, and bearer tokens, which live for an hour. Clients hold plain URLs; the proof comes onto each request as it leaves.
 */

/** The parts of a request that a proof is put on. */
export interface ProvenRequest {
  url: string;
  readonly headers: { set(name: string, value: string): void };
}

/** Equal only to itself: two proofs are the same when they are one object. */
export interface Proof {
  /** @param request its URL is the plain one */
  apply(request: ProvenRequest): void;
}

/** How the service has answered. */
export interface ProofAnswer {
  readonly status: number;
  /** Its `x-ms-error-code`. */
  readonly code: string | undefined;
  /** Its `WWW-Authenticate`. */
  readonly challenge: string | undefined;
}

export interface Proofs {
  /** @throws AzureFailure of the kind `sign-in` when none can be had */
  current(): Promise<Proof>;
  /** Whether it is the proof that the service does not accept, and not what was asked for. */
  isRefused(answer: ProofAnswer): boolean;
  /**
   * Another one after a refusal: that of somebody who was refused before, or a new one. Many may ask at a time.
   * @returns undefined when there is no other
   * @throws AzureFailure of the kind `sign-in`
   */
  renewed(refused: Proof, answer: ProofAnswer): Promise<Proof | undefined>;
}

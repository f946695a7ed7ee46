/** A SAS, read again from where it came from when the service refuses it: whoever renews SAS replaces the file. */
import { parseTime, type TimeNs } from "../../../../core/time.js";
import { SharestrataError } from "../../../../core/errors.js";
import { Secret } from "../../../../core/secret.js";
import type { Proof, ProofAnswer, Proofs, ProvenRequest } from "./proofs.js";

/** Reads a SAS from where it is kept, parsed by `Sas.parse`. */
export type SasReader = () => Promise<Sas>;

export class Sas implements Proof {
  readonly #token: Secret;
  /** undefined when the token does not say (a stored access policy does). */
  readonly expiresAt: TimeNs | undefined;

  private constructor(token: string, parameters: URLSearchParams) {
    this.#token = new Secret(token);
    const expiry = parameters.get("se");
    this.expiresAt = expiry === null ? undefined : expiryTime(expiry);
  }

  /**
   * @param text with or without the leading "?"
   * @throws SharestrataError `CONFIG_INVALID`, without any part of the text
   */
  static parse(text: string): Sas {
    const token = text.trim().replace(/^\?/, "");
    const parameters = new URLSearchParams(token);
    if (parameters.has("sig")) return new Sas(token, parameters);
    throw new SharestrataError(
      "CONFIG_INVALID",
      'The SAS token has no signature: give the whole query string, from "sv=" to "sig=…".',
    );
  }

  apply(request: ProvenRequest): void {
    request.url += `${request.url.includes("?") ? "&" : "?"}${this.#token.reveal()}`;
  }

  equals(other: Sas): boolean {
    return this.#token.reveal() === other.#token.reveal();
  }
}

export class SasProofs implements Proofs {
  #sas: Sas;
  readonly #read: SasReader | undefined;

  /** @param read undefined where there is nowhere to read it again from */
  constructor(sas: Sas, read: SasReader | undefined) {
    this.#sas = sas;
    this.#read = read;
  }

  /** The SAS that is in use now. */
  get sas(): Sas {
    return this.#sas;
  }

  current(): Promise<Sas> {
    return Promise.resolve(this.#sas);
  }

  isRefused({ status, code }: ProofAnswer): boolean {
    return status === 403 && code === "AuthenticationFailed";
  }

  async renewed(refused: Proof): Promise<Sas | undefined> {
    if (refused !== this.#sas) return this.#sas;
    const found = await this.#found();
    // Another request that was refused has been quicker.
    if (refused !== this.#sas) return this.#sas;
    if (found === undefined || found.equals(this.#sas)) return undefined;
    this.#sas = found;
    return found;
  }

  async #found(): Promise<Sas | undefined> {
    try {
      return await this.#read?.();
    } catch (error) {
      // What is there now is no SAS, or nothing: the service's refusal of the one in use is what there is to tell.
      if (error instanceof SharestrataError) return undefined;
      throw error;
    }
  }
}

// A SAS may give a day, minutes or seconds.
function expiryTime(text: string): TimeNs | undefined {
  const padded = text
    .replace(/^(\d{4}-\d\d-\d\d)$/, "$1T00:00:00Z")
    .replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)Z$/, "$1:00Z");
  return parseTime(padded);
}

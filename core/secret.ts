/**
 * A text that must not be seen: a key, a token, a passphrase. Logged, printed, inspected or turned into JSON it is
 * `[secret]`; only `reveal` gives it out, so a search for that word finds every place where a secret is used.
 */
import { inspect } from "node:util";

const MASK = "[secret]";

export class Secret {
  // Truly private: util.inspect with showHidden, structuredClone and object spread do not reach it.
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

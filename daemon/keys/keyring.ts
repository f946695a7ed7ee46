/**
 * Keys as a process needs them: looked for when a share is opened first, and remembered, so that a share that is opened
 * twice costs one question and one scrypt. What did not open is forgotten again.
 */
import { formatShareName } from "../../core/names.js";
import { unlockWith, type OpenedSlot, type Unlock } from "../../store/crypto/unlock.js";
import type { ShareSettings } from "../config/config.js";
import { findSecret, type SecretPlaces } from "./find-secret.js";
import type { Keys } from "./keys.js";

export class Keyring implements Keys {
  readonly #places: SecretPlaces;
  readonly #opened = new Map<string, Promise<OpenedSlot>>();

  constructor(places: SecretPlaces) {
    this.#places = places;
  }

  unlock(share: Pick<ShareSettings, "name" | "encryption">): Unlock {
    return (locked) => {
      const name = formatShareName(share.name);
      const known = this.#opened.get(name);
      if (known) return known;
      const opening = findSecret(share, this.#places).then((secret) => unlockWith(secret)(locked));
      this.#opened.set(name, opening);
      opening.catch(() => this.#opened.delete(name));
      return opening;
    };
  }
}

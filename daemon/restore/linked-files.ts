/** The names of hard-linked files: the first is put back as a file, each further one as a name of it. */

interface LinkedFile {
  /** Where the first name has been put, from below the target's own folder; undefined when that failed. */
  readonly first: Promise<readonly string[] | undefined>;
  /** Names that are still to come. */
  left: number;
}

/** Told how the first name has ended. */
export type FirstDone = (path: readonly string[] | undefined) => void;

export class LinkedFiles {
  readonly #files = new Map<string, LinkedFile>();

  /**
   * @param id who it is at the source
   * @param names how many it has there, this one included
   * @returns what to call once the first is put; or where that is, for those that come behind it
   */
  take(id: string, names: number): FirstDone | Promise<readonly string[] | undefined> {
    const known = this.#files.get(id);
    if (known) {
      // What is behind the last name needs no more to be remembered.
      if (--known.left <= 0) this.#files.delete(id);
      return known.first;
    }
    let done: FirstDone = () => {};
    const first = new Promise<readonly string[] | undefined>((resolve) => (done = resolve));
    if (names > 1) this.#files.set(id, { first, left: names - 1 });
    return done;
  }
}

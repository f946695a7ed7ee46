/**
 * The names of hard-linked files: the first is put back as a file, each further one as a name of it. What is remembered of a file whose
 * first name is put, until its last one is, takes some fifty bytes; of files with one name nothing is.
 */
import { hash } from "node:crypto";
import type { NodeId } from "../../core/ids.js";
import { HashedNodes } from "./hashed-nodes.js";

interface FirstName {
  /** The node that has been put; undefined when that failed. */
  readonly node: Promise<NodeId | undefined>;
  /** Names that are still to come. */
  left: number;
}

/** Told how the first name has ended. Only what it is told first counts. */
export type FirstDone = (isPut: boolean) => void;

export class LinkedFiles {
  /** Those whose first name is being put. */
  readonly #underWay = new Map<string, FirstName>();
  readonly #put = new HashedNodes();

  /**
   * @param id who it is at the source
   * @param names how many it has there, this one included
   * @param node of this name
   * @returns what to call once the first is put; or which node that is, for those that come behind it: undefined when it was not put, and one
   * of them may ask again to be the first
   */
  take(id: string, names: number, node: NodeId): FirstDone | Promise<NodeId | undefined> {
    const first = this.#underWay.get(id);
    if (first) {
      first.left--;
      return first.node;
    }
    // As sure as the digest of a content: no two files are taken for one.
    const key = hash("sha256", id, "buffer");
    const known = this.#put.take(key);
    return known === undefined ? this.#begin(id, key, names, node) : Promise.resolve(known);
  }

  #begin(id: string, key: Buffer, names: number, node: NodeId): FirstDone {
    let tell: (node: NodeId | undefined) => void = () => {};
    const first: FirstName = { node: new Promise((resolve) => (tell = resolve)), left: names - 1 };
    this.#underWay.set(id, first);
    return (isPut) => {
      if (this.#underWay.get(id) !== first) return;
      this.#underWay.delete(id);
      // When it was not put, the next name is the first. What is behind the last name needs no more to be remembered.
      if (isPut && first.left > 0) this.#put.set(key, node, first.left);
      tell(isPut ? node : undefined);
    };
  }
}

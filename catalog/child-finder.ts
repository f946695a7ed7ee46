/**
 * Finds the live children of one directory by their names, for whoever has a listing of it at hand: names that come in the tree's
 * order, or in a few such orders mixed (a service that takes upper and lower case for equal lists "a", "B", "c"), are met where
 * the last ones were left, and cost a comparison each. Any other order is right as well; a name that is not met where it is
 * expected is looked up.
 *
 * What it holds is a few leaves, copied, so that nothing of the database stays open between two questions. When the tree has changed it
 * looks anew.
 */
import type { NodeId } from "../core/ids.js";
import type { LiveCursor } from "./entry-cursor.js";
import { LeafEntryCursor } from "./leaf-cursor.js";
import { DIRECTORY_BYTES, nameKey } from "./leaf/leaf-key.js";
import { isValid, NOW } from "./leaf/leaf-view.js";
import type { SectionReader } from "./leaf/section-reader.js";
import type { Tree } from "./tree.js";

/** As many as orders may be mixed; each holds a leaf. */
const PLACES = 4;

/** Where one order of names has come to. */
interface Place {
  reader: SectionReader;
  /** The next leaf of the directory; undefined when this is its last. */
  nextLeaf: Buffer | undefined;
  /** Whether the entry it stands on was the answer, so that the next one is to be expected. */
  isAnswered: boolean;
}

export class ChildFinder {
  readonly #tree: Tree;
  readonly #directory: NodeId;
  /** The one that answered last comes first. */
  #places: Place[] = [];
  #generation = -1;
  #cursor: LeafEntryCursor | undefined;

  constructor(tree: Tree, directory: NodeId) {
    this.#tree = tree;
    this.#directory = directory;
  }

  /** @returns what stands under the name now, until the next question; undefined when nothing does */
  find(name: string): LiveCursor | undefined {
    if (this.#generation !== this.#tree.generation) {
      this.#generation = this.#tree.generation;
      this.#places = [];
    }
    for (let index = 0; index < this.#places.length; index++) {
      const place = this.#places[index] as Place;
      if (place.isAnswered && !this.#advance(place)) {
        this.#places.splice(index--, 1);
        continue;
      }
      if (place.reader.isNamed(name)) return this.#answer(place, index);
    }
    return this.#lookUp(name);
  }

  #answer(place: Place, index: number): LiveCursor {
    for (let at = index; at > 0; at--) this.#places[at] = this.#places[at - 1] as Place;
    this.#places[0] = place;
    place.isAnswered = true;
    const cursor = (this.#cursor ??= new LeafEntryCursor(this.#tree, place.reader));
    cursor.standOn(place.reader);
    return cursor;
  }

  #lookUp(name: string): LiveCursor | undefined {
    const key = nameKey(this.#directory, name);
    const utf8 = key.subarray(DIRECTORY_BYTES);
    const place = this.#placeAt(key);
    if (!place) return undefined;
    while (this.#advance(place)) {
      const order = place.reader.compareName(utf8);
      if (order < 0) continue;
      // A place behind a name that is not there stands where the next one is to be expected.
      const index = this.#places.length < PLACES ? this.#places.length : PLACES - 1;
      this.#places[index] = place;
      return order === 0 ? this.#answer(place, index) : undefined;
    }
    return undefined;
  }

  /** Moves on to the next live entry. @returns false when there is none */
  #advance(place: Place): boolean {
    place.isAnswered = false;
    for (;;) {
      while (place.reader.next()) if (isValid(place.reader, NOW)) return true;
      const next = place.nextLeaf && this.#placeAt(place.nextLeaf);
      if (!next) return false;
      place.reader = next.reader;
      place.nextLeaf = next.nextLeaf;
    }
  }

  #placeAt(key: Buffer): Place | undefined {
    const part = this.#tree.leaves.partAt(this.#directory, key);
    return part && { reader: part.section, nextLeaf: part.nextLeaf, isAnswered: false };
  }
}

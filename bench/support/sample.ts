/** A sample of a stream of nodes, each as likely as any other, for what is read at random afterwards. */
import type { TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { UnversionedBatch } from "./batch-queue.js";
import { Random } from "./random.js";

export interface Place {
  readonly parentId: NodeId;
  readonly name: string;
}

export interface Sample {
  readonly places: readonly Place[];
  readonly directories: readonly NodeId[];
  readonly files: readonly NodeId[];
}

const SIZE = 40_000;

class Reservoir<T> {
  readonly items: T[] = [];
  readonly #random: Random;
  #seen = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  offer(item: () => T): void {
    this.#seen++;
    if (this.items.length < SIZE) this.items.push(item());
    else {
      const at = this.#random.below(this.#seen);
      if (at < SIZE) this.items[at] = item();
    }
  }
}

export class NodeSample {
  readonly #random: Random;
  readonly #places: Reservoir<Place>;
  readonly #directories: Reservoir<NodeId>;
  readonly #files: Reservoir<NodeId>;

  constructor(seed: number) {
    this.#random = new Random(seed, 8);
    this.#places = new Reservoir(this.#random);
    this.#directories = new Reservoir(this.#random);
    this.#files = new Reservoir(this.#random);
  }

  offer({ puts }: UnversionedBatch): void {
    for (const { entry } of puts) {
      const { nodeId, parentId, name, kind } = entry;
      if (name === "") continue;
      this.#places.offer(() => ({ parentId, name }));
      if (kind === "directory") this.#directories.offer(() => nodeId);
      else this.#files.offer(() => nodeId);
    }
  }

  /** What was offered so far, in random order. */
  drawn(): Sample {
    return {
      places: shuffled(this.#random, this.#places.items),
      directories: shuffled(this.#random, this.#directories.items),
      files: shuffled(this.#random, this.#files.items),
    };
  }
}

/** Without what was removed or moved since. */
export function stillThere(sample: Sample, live: TreeView): Sample {
  return {
    ...sample,
    places: sample.places.filter(({ parentId, name }) => live.lookup(parentId, name)),
    files: sample.files.filter((file) => live.pathOf(file)),
  };
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

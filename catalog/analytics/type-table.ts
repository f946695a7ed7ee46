/**
 * Files by extension, in bounded memory however many extensions there are. Up to a limit all are counted exactly. When
 * there are more, the half that holds the least is poured together as "other" and may come again from zero; how many bytes
 * the one that lost most in this way can have lost is remembered, so that the table can say how wrong it is at worst.
 */
import { type Tally, Tallying } from "./tally.js";

/** Two megabytes of table. Shares that people use have some thousands. */
const LIMIT = 16_384;
/** A longer one is part of a sentence or an id, and says nothing of a type. */
const LONGEST = 16;

export interface TypeTally extends Tally {
  /** Lower case, without the dot; "" for files that have none. */
  readonly extension: string;
}

export interface Types {
  /** Those that hold most, first. */
  readonly largest: readonly TypeTally[];
  /** All that are not in `largest`. */
  readonly others: Tally;
  /** How many extensions there are, "" included; undefined when there are too many to tell. */
  readonly extensions: number | undefined;
  /** What the bytes of each in `largest` may lack; 0 unless there are too many extensions. */
  readonly missingBytes: number;
}

export class TypeTable {
  readonly #limit: number;
  #tallies = new Map<string, Tallying>();
  readonly #all = new Tallying();
  #missingBytes = 0;
  #isExact = true;

  /** @param limit extensions that are counted at a time, at least 2 */
  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  add(name: string, sizeBytes: number): void {
    this.#all.add(sizeBytes);
    const extension = extensionOf(name);
    let tally = this.#tallies.get(extension);
    if (!tally) {
      if (this.#tallies.size >= this.#limit) this.#forgetSmall();
      this.#tallies.set(extension, (tally = new Tallying()));
    }
    tally.add(sizeBytes);
  }

  /** @param top how many at most */
  types(top: number): Types {
    const largest = this.#sorted()
      .slice(0, top)
      .map(([extension, { files, bytes }]) => ({ extension, files, bytes }));
    const others = new Tallying();
    others.addAll(this.#all);
    for (const { files, bytes } of largest) others.addAll({ files: -files, bytes: -bytes });
    return {
      largest,
      others: { files: others.files, bytes: others.bytes },
      extensions: this.#isExact ? this.#tallies.size : undefined,
      missingBytes: this.#missingBytes,
    };
  }

  #forgetSmall(): void {
    const sorted = this.#sorted();
    const kept = Math.ceil(this.#limit / 2);
    this.#missingBytes += sorted[kept]?.[1].bytes ?? 0;
    this.#isExact = false;
    this.#tallies = new Map(sorted.slice(0, kept));
  }

  /** By bytes, then files, then name, so that equal trees give equal tables. */
  #sorted(): (readonly [string, Tallying])[] {
    return [...this.#tallies].sort(
      ([nameA, a], [nameB, b]) => b.bytes - a.bytes || b.files - a.files || (nameA < nameB ? -1 : 1),
    );
  }
}

/**
 * What follows the last dot, in lower case: `gz` of `A.tar.GZ`. "" when nothing follows, when nothing but dots stands
 * before (`.profile`), or when what follows is long or has a space in it (`1. A chapter`).
 */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const length = name.length - dot - 1;
  if (dot <= 0 || length === 0 || length > LONGEST) return "";
  const extension = name.slice(dot + 1);
  if (extension.includes(" ") || startsWithDotsAlone(name, dot)) return "";
  return extension.toLowerCase();
}

function startsWithDotsAlone(name: string, end: number): boolean {
  for (let index = 0; index < end; index++) if (name.charCodeAt(index) !== 0x2e) return false;
  return true;
}

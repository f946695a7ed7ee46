/** Names for the children of one directory: mostly of one style, unique among siblings, valid on every platform. */
import { DIRECTORY_STYLES, FILE_STYLES, type NameStyle, type Namer } from "./name-styles.js";
import type { Random } from "./random.js";

/** So many siblings need a style that does not run out of names. */
const MANY = 150;
/** How often a name that is taken is thrown again before it gets a number, as a copy would. */
const TRIES = 3;
/** Files that are not of their directory's style. */
const STRAYS = 0.12;

export class NameModel {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param taken names of siblings; the new ones are added */
  directoryNames(count: number, taken: Set<string>): readonly string[] {
    if (count === 0) return [];
    const namer = this.#style(DIRECTORY_STYLES, count).namer(this.#random);
    return Array.from({ length: count }, (_, index) => this.#unique(() => namer(index), taken));
  }

  /** @param taken names of siblings; the new ones are added */
  fileNames(count: number, taken: Set<string>): readonly string[] {
    if (count === 0) return [];
    const own = this.#style(FILE_STYLES, count).namer(this.#random);
    let stray: Namer | undefined;
    return Array.from({ length: count }, (_, index) => {
      if (count >= MANY || !this.#random.chance(STRAYS)) return this.#unique(() => own(index), taken);
      stray ??= this.#style(FILE_STYLES, count).namer(this.#random);
      const namer = stray;
      return this.#unique(() => namer(index), taken);
    });
  }

  #style(styles: readonly NameStyle[], count: number): NameStyle {
    const fitting = count >= MANY ? styles.filter(({ plenty }) => plenty) : styles;
    let at = this.#random.unit() * fitting.reduce((sum, { weight }) => sum + weight, 0);
    return fitting.find(({ weight }) => (at -= weight) < 0) ?? this.#random.pick(fitting);
  }

  #unique(make: () => string, taken: Set<string>): string {
    let name = make();
    for (let tries = 0; taken.has(name) && tries < TRIES; tries++) name = make();
    for (let copy = 2; taken.has(name); copy++) name = withNumber(name, copy);
    taken.add(name);
    return name;
  }
}

function withNumber(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}

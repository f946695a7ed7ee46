/**
 * The shape of a tree: how many files a directory holds, and how its directories are spread beneath. The number of
 * directories is settled from the top (each is given how many it has to contain), so a tree has exactly as many nodes
 * as were asked for and yet nothing but the path to the current directory is held.
 */
import type { Random } from "./random.js";

/** Files in a folder: cumulative share, number. An eighth is empty of files, half has at most 3, and one in 100 000 has 20 000. */
const FILE_QUANTILES: readonly (readonly [share: number, files: number])[] = [
  [0.12, 0],
  [0.28, 1],
  [0.52, 3],
  [0.75, 6],
  [0.9, 13],
  [0.95, 22],
  [0.99, 85],
  [0.999, 450],
  [0.9999, 3500],
  [0.99999, 20_000],
  [1, 50_000],
];

/** The mean of the distribution above, by integration along its log-linear pieces. */
const MEAN_FILES = meanFiles();

/** No folder takes more than this share of what files are left: small trees get no folder that is all of them. */
const LARGEST_SHARE = 0.1;

export class DirectoryShape {
  readonly #random: Random;
  #directoriesLeft: number;
  #filesLeft: number;

  constructor(random: Random, directories: number, files: number) {
    this.#random = random;
    this.#directoriesLeft = directories;
    this.#filesLeft = files;
  }

  /** Files of the next directory; asked once for each. The last takes what is left. */
  takeFiles(): number {
    const left = this.#directoriesLeft--;
    const count = left <= 1 ? this.#filesLeft : this.#drawFiles(left);
    this.#filesLeft -= count;
    return count;
  }

  #drawFiles(left: number): number {
    const correction = Math.min(4, this.#filesLeft / left / MEAN_FILES);
    const drawn = this.#random.round(quantile(this.#random.unit()) * correction);
    return Math.min(drawn, Math.ceil(this.#filesLeft * LARGEST_SHARE));
  }

  /**
   * Spreads `count` directories over subdirectories.
   * @param depth of the directory they are beneath, 0 for the root
   * @returns for each subdirectory how many directories it is, itself included; their sum is `count`
   */
  split(count: number, depth: number): readonly number[] {
    if (count <= 0) return [];
    const wanted = Math.ceil(this.#random.logNormal(depth === 0 ? 16 : 4, depth === 0 ? 0.4 : 1.2));
    const parts = Math.max(1, Math.min(count, wanted));
    const weights = Array.from({ length: parts }, () => this.#random.logNormal(1, 1.6));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    // One for each, the rest by weight; sums are rounded, not parts, so nothing is lost.
    let seen = 0;
    let given = 0;
    return weights.map((weight, index) => {
      seen += weight;
      const upTo = index === parts - 1 ? count - parts : Math.round((seen / total) * (count - parts));
      const own = 1 + upTo - given;
      given = upTo;
      return own;
    });
  }
}

/** Straight between the points of the table on a logarithmic scale of files + 1. */
function quantile(share: number): number {
  let [fromShare, fromFiles]: readonly [number, number] = [0, 0];
  for (const [toShare, toFiles] of FILE_QUANTILES) {
    if (share < toShare) {
      const part = (share - fromShare) / (toShare - fromShare);
      return (fromFiles + 1) * ((toFiles + 1) / (fromFiles + 1)) ** part - 1;
    }
    [fromShare, fromFiles] = [toShare, toFiles];
  }
  return fromFiles;
}

function meanFiles(): number {
  let mean = 0;
  let [fromShare, fromFiles]: readonly [number, number] = [0, 0];
  for (const [toShare, toFiles] of FILE_QUANTILES) {
    const ratio = (toFiles + 1) / (fromFiles + 1);
    const piece = ratio === 1 ? fromFiles : ((fromFiles + 1) * (ratio - 1)) / Math.log(ratio) - 1;
    mean += (toShare - fromShare) * piece;
    [fromShare, fromFiles] = [toShare, toFiles];
  }
  return mean;
}

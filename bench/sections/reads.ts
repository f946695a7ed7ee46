/** Reading a tree at random and from one end to the other. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import { ROOT_NODE, type NodeId } from "../../core/ids.js";
import { inTurns, newClocks, ratesOf, type Contest, type Contestant } from "../support/contest.js";
import type { Report } from "../support/report.js";
import type { Sample } from "../support/sample.js";

/** Reads of one turn. */
const PIECE = 4000;
/** A rate of fewer reads says nothing. */
const FEWEST = 100;
const WALK_PIECE = 100_000;

export async function measureReads(contest: Contest, report: Report, section: string, sample: Sample): Promise<void> {
  await readAtRandom(contest, report, section, "random lookup(parent, name)", sample.places, (tree, place) => {
    if (!tree.live.lookup(place.parentId, place.name)) throw new Error(`lookup does not find ${place.name}`);
  });
  await measureWalk(contest, report, section);
  const pathOf = (tree: Contestant["catalog"], node: NodeId): void => {
    if (!tree.live.pathOf(node)) throw new Error(`pathOf does not find ${node}`);
  };
  await readAtRandom(contest, report, section, "path of a random directory", sample.directories, pathOf);
  await readAtRandom(contest, report, section, "path of a random file", sample.files, pathOf);
}

/** The first turn is for the compiler and does not count. */
async function readAtRandom<T>(
  contest: Contest,
  report: Report,
  section: string,
  measure: string,
  items: readonly T[],
  read: (tree: Contestant["catalog"], item: T) => void,
): Promise<void> {
  if (items.length < FEWEST) return;
  let clocks = newClocks();
  for (let turn = 0; turn * PIECE < items.length; turn++) {
    const piece = items.slice(turn * PIECE, (turn + 1) * PIECE);
    await inTurns(contest, turn, clocks, ({ catalog }) => {
      for (const item of piece) read(catalog, item);
      return piece.length;
    });
    if (turn === 0 && items.length > PIECE) clocks = newClocks();
  }
  report.rates.push({ section, measure, unit: "reads", ...ratesOf(clocks) });
}

/** Every directory's listing with all attributes, depth first. */
export async function measureWalk(contest: Contest, report: Report, section: string): Promise<void> {
  const clocks = newClocks();
  const walks = new Map(contest.contestants.map((contestant) => [contestant, new Walk(contestant.catalog)]));
  for (let turn = 0; [...walks.values()].some((walk) => !walk.done); turn++) {
    await inTurns(contest, turn, clocks, (contestant) => walks.get(contestant)?.step(WALK_PIECE) ?? 0);
  }
  const seen = [...walks.values()].map(({ checksum }) => checksum);
  if (new Set(seen).size > 1) throw new Error(`the layouts list different trees: ${seen.join(" and ")}`);
  report.rates.push({
    section,
    measure: "sequential readdir with attributes",
    unit: "entries",
    ...ratesOf(clocks),
  });
}

class Walk {
  readonly #catalog: Contestant["catalog"];
  readonly #stack: NodeId[] = [ROOT_NODE];
  #listing: IterableIterator<CatalogEntry> | undefined;
  #parent: NodeId = ROOT_NODE;
  #last: string | undefined;
  /** Of everything listed, so that no field goes unread and equal trees can be told. */
  checksum = 0;

  constructor(catalog: Contestant["catalog"]) {
    this.#catalog = catalog;
  }

  get done(): boolean {
    return this.#stack.length === 0 && this.#last === undefined;
  }

  /** @returns how many entries were listed: `limit`, or fewer at the end */
  step(limit: number): number {
    const below: NodeId[] = [];
    let count = 0;
    while (count < limit) {
      if (this.#last === undefined) {
        const next = this.#stack.pop();
        if (next === undefined) break;
        this.#parent = next;
      }
      count += this.#list(limit - count, below);
      for (const directory of below.splice(0).reverse()) this.#stack.push(directory);
    }
    return count;
  }

  /** Lists on, at most `limit` entries; a listing that is not done goes on behind its last name. */
  #list(limit: number, below: NodeId[]): number {
    let count = 0;
    this.#listing = this.#catalog.live.list(this.#parent, this.#last);
    this.#last = undefined;
    for (const entry of this.#listing) {
      if (entry.kind === "directory") below.push(entry.nodeId);
      this.#touch(entry);
      if (++count < limit) continue;
      this.#last = entry.name;
      break;
    }
    return count;
  }

  #touch({ name, sizeBytes, mtimeNs, xorhash, signature, contentId, version }: CatalogEntry): void {
    const sum = name.length + sizeBytes + signature + contentId + version;
    this.checksum = (this.checksum + sum + Number((mtimeNs ^ xorhash) & 0xffffn)) % 2 ** 48;
  }
}

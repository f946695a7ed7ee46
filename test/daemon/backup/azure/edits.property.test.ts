/**
 * Random edits of a share between backups, against copies of the share: every snapshot holds what the share was, byte for byte, and what was
 * renamed or moved, wherever, alone or with its folder, in a swap or a chain, is still the node that it was. Some of the runs are broken off:
 * a file whose name a new one has in the tree by then, and which had not been met at its new place, is a new node to the next run.
 */
import { describe, expect, it } from "vitest";
import type { DirectoryState, FoundNode } from "../../../emulator/model/node.js";
import { Random } from "../../../support/tree.js";
import { AzureWorld } from "./azure-world.js";

const ROUNDS = 5;
const EDITS = 25;

interface Found {
  readonly path: string;
  readonly id: string;
  readonly kind: "directory" | "file" | "symlink";
  /** Its name, and the folder that it is in, wherever that is. */
  readonly place: string;
}

/** Folders before what is in them. */
function nodesOf({ share }: AzureWorld): readonly Found[] {
  const found: Found[] = [];
  const visit = (directory: FoundNode<DirectoryState>, parent: string): void => {
    for (const { name, ...node } of share.live.list(directory, { limit: Number.POSITIVE_INFINITY }).entries) {
      const path = parent === "" ? name : `${parent}/${name}`;
      found.push({ path, id: node.id, kind: node.state.kind, place: `${directory.id} ${name}` });
      if (node.state.kind === "directory") visit(node as FoundNode<DirectoryState>, path);
    }
  };
  visit(share.files.directory([]), "");
  return found;
}

class Editor {
  readonly #azure: AzureWorld;
  readonly #random: Random;
  #names = 0;
  /** Files written to behind a time that was set back, and those of which something else has changed: never both in one round. */
  #secret = new Set<string>();
  #explained = new Set<string>();

  constructor(azure: AzureWorld, random: Random) {
    this.#azure = azure;
    this.#random = random;
  }

  beginRound(): void {
    this.#secret.clear();
    this.#explained.clear();
  }

  edit(): void {
    const { seed, share } = this.#azure;
    const random = this.#random;
    const nodes = nodesOf(this.#azure);
    const files = nodes.filter(({ kind }) => kind === "file");
    const folders = nodes.filter(({ kind }) => kind === "directory");
    const folder = random.pick(["", ...folders.map(({ path }) => path)]);
    const fresh = (): string => `${folder === "" ? "" : `${folder}/`}n${this.#names++}`;
    const file = files.length > 0 ? random.pick(files) : undefined;
    const some = folders.length > 0 ? random.pick(folders) : undefined;
    const kind = random.pickWeighted({
      add: 3,
      addFolder: 1,
      write: 3,
      secret: 2,
      size: 1,
      acl: 2,
      metadata: 2,
      move: 3,
      swap: 2,
      chain: 1,
      moveFolder: 3,
      swapFolders: 1,
      intoNew: 1,
      moveAndChange: 2,
      remove: 1,
      removeFolder: 0.3,
      again: 2,
      becomesFolder: 0.5,
    });
    if (kind === "add" || !file || !some) return void seed.file(fresh(), this.#bytes());
    if (kind === "addFolder") return void seed.directory(fresh());
    const names = file.path.split("/");
    const { size } = share.files.file(names).state;
    const at = random.integer(0, Math.max(0, size - 1));
    switch (kind) {
      case "write":
        if (size > 0) seed.write(file.path, at, Buffer.from(random.bytes(Math.min(40, size - at))));
        return;
      case "secret":
        if (size === 0 || this.#explained.has(file.id)) return;
        this.#secret.add(file.id);
        return this.#azure.writeSecretly(file.path, at, Buffer.from(random.bytes(1)));
      case "size":
        return void share.files.updateFile(names, { size: Math.max(0, size + random.integer(-500, 500)) });
      case "acl":
        return this.#explain(file, () =>
          this.#azure.setAcl(file.path, `O:SYG:SYD:(A;;FA;;;S-1-5-21-${random.integer(1, 9)})`),
        );
      case "metadata":
        return this.#explain(file, () => share.files.updateFile(names, { metadata: { n: String(this.#names++) } }));
      case "move":
        return this.#explain(file, () => seed.move(file.path, fresh()));
      case "swap": {
        const other = random.pick(files);
        return other.id === file.id ? undefined : this.#rotate([file, other]);
      }
      case "chain":
        return this.#rotate([...new Set([file, random.pick(files), random.pick(files)])]);
      case "moveFolder":
        return this.#moveFolder(some.path, fresh());
      case "swapFolders": {
        const other = random.pick(folders);
        const isApart = !`${other.path}/`.startsWith(`${some.path}/`) && !`${some.path}/`.startsWith(`${other.path}/`);
        return isApart ? this.#rotate([some, other]) : undefined;
      }
      case "intoNew": {
        const made = fresh();
        seed.directory(made);
        return this.#explain(file, () => seed.move(file.path, `${made}/${names.at(-1)}`));
      }
      case "moveAndChange": {
        const beneath = files.find(({ path }) => path.startsWith(`${some.path}/`));
        if (beneath) share.files.updateFile(beneath.path.split("/"), { size: 2_000 + this.#names });
        return this.#moveFolder(some.path, fresh());
      }
      case "remove":
        return seed.remove(file.path);
      case "removeFolder":
        return seed.remove(some.path);
      case "again":
        seed.remove(file.path);
        return void seed.file(file.path, this.#bytes());
      case "becomesFolder":
        seed.remove(file.path);
        return void seed.file(`${file.path}/inner`, this.#bytes());
    }
  }

  #explain({ id }: Found, change: () => unknown): void {
    if (this.#secret.has(id)) return;
    this.#explained.add(id);
    change();
  }

  #moveFolder(from: string, to: string): void {
    if (!`${to}/`.startsWith(`${from}/`)) this.#azure.seed.move(from, to);
  }

  /** Each gets the name of the next. */
  #rotate(nodes: readonly Found[]): void {
    if (nodes.some(({ id }) => this.#secret.has(id))) return;
    for (const { id } of nodes) this.#explained.add(id);
    const { seed } = this.#azure;
    for (const [index, { path }] of nodes.entries()) seed.move(path, `between ${index}`);
    for (const index of nodes.keys()) seed.move(`between ${index}`, nodes[(index + 1) % nodes.length]?.path ?? "");
  }

  #bytes(): Buffer {
    const length = this.#random.pickWeighted({ small: 10, empty: 1, large: 1 });
    return Buffer.from(this.#random.bytes({ small: this.#random.integer(1, 3_000), empty: 0, large: 900_000 }[length]));
  }
}

describe.each([
  { seed: 1, changedRanges: false },
  { seed: 2, changedRanges: true },
])("a share that is edited at random (%o)", ({ seed, changedRanges }) => {
  it("is in every snapshot as it was then, and what moved is what it was", async () => {
    const random = new Random(seed);
    await using azure = await AzureWorld.create({ changedRanges });
    const editor = new Editor(azure, random);
    for (let n = 0; n < 8; n++) azure.seed.directory(`n-${n % 4}/sub ${n}`);
    for (let n = 0; n < 60; n++) editor.edit();
    const known = new Map<string, number>();
    let before = new Map<string, string>();
    const trees = [];
    for (let round = 0; round < ROUNDS; round++) {
      editor.beginRound();
      const edits = round === 0 ? 0 : EDITS;
      for (let n = 0; n < edits; n++) editor.edit();
      const isBroken = random.chance(0.4);
      if (isBroken) await breakOff(azure, random.integer(3, 30));
      const { snapshot } = await azure.faithful();
      trees.push({ number: snapshot.number, tree: azure.tree() });
      const now = nodesOf(azure);
      const taken = new Set(now.filter(({ id }) => !before.has(id)).map(({ place }) => place));
      for (const { path, id, kind } of now) {
        const node = azure.nodeAt(...path.split("/"));
        const mayBeNew = isBroken && kind === "file" && taken.has(before.get(id) ?? "");
        if (!mayBeNew) expect(node, path).toBe(known.get(`${kind} ${id}`) ?? node);
        if (node !== undefined) known.set(`${kind} ${id}`, node);
      }
      before = new Map(now.map(({ place, id }) => [id, place]));
    }
    for (const { number, tree } of trees) await azure.expectHeld(number, tree);
    expect(azure.share.record.snapshots).toHaveLength(changedRanges ? 1 : 0);
  });
});

/** A run that ends after so many requests. */
async function breakOff(azure: AzureWorld, after: number): Promise<void> {
  const fault = azure.emulator.faults.add({
    match: { operation: /Get File|List Directory/ },
    after,
    times: Number.POSITIVE_INFINITY,
    fault: { kind: "status", status: 403, code: "AuthorizationFailure" },
  });
  await azure.backup().catch(() => {});
  fault.remove();
}

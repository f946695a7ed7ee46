/** A share with two snapshots and a checkpoint in a store on the disk, put back as it was before each damage. */
import { createHash } from "node:crypto";
import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ending, Setting } from "../../cli/support/cli.js";

const SHARE = "acme/docs";
const MIB = 1024 * 1024;

/** By path: of files SHA-256, mode and time of last write, of links where they lead. */
export type Digests = ReadonlyMap<string, string>;

export class DamagedStore implements AsyncDisposable {
  /** What each snapshot holds, oldest first. */
  readonly snapshots: { readonly name: string; readonly files: Digests }[] = [];

  readonly #keyFile: readonly string[];

  private constructor(
    readonly setting: Setting,
    isEncrypted: boolean,
  ) {
    this.#keyFile = isEncrypted ? ["--key-file", setting.path("key")] : [];
  }

  static async create(isEncrypted: boolean): Promise<DamagedStore> {
    const store = new DamagedStore(await Setting.create(), isEncrypted);
    const { setting } = store;
    await writeFile(setting.path("key"), "a key of more than thirty-two bytes, for tests");
    const options = isEncrypted ? ["--encrypt", ...store.#keyFile] : [];
    await setting.init(SHARE, ...options);
    await setting.init("acme/other", ...options);
    for (const name of ["a", "b", "c"]) await setting.write(`reports/${name}.txt`, name.repeat(500));
    await writeFile(setting.source("large.bin"), pattern(3 * MIB, 1));
    await chmod(setting.source("large.bin"), 0o640);
    // What it leads to is in a segment, and nowhere else.
    await symlink("reports/a.txt", setting.source("first"));
    await store.#backup();
    await setting.json("backup", "acme/other", ...store.#keyFile);
    for (const name of ["d", "e", "f"]) await setting.write(`letters/${name}.txt`, name.repeat(700));
    await writeFile(setting.source("huge.bin"), pattern(4 * MIB, 2));
    await symlink("letters/d.txt", setting.source("second"));
    await rm(setting.source("reports/c.txt"));
    await store.#backup();
    await setting.json("catalog", "checkpoint", SHARE, ...store.#keyFile);
    for (const folder of ["store", "state"]) await cp(setting.path(folder), setting.path("whole", folder), COPY);
    return store;
  }

  object(name: string): string {
    return this.setting.path("store", name);
  }

  /** Undoes all damage, and what has been done since. */
  async reset(): Promise<void> {
    await rm(this.setting.source("new.txt"), { force: true });
    for (const folder of ["store", "state"]) {
      await rm(this.setting.path(folder), { recursive: true, force: true });
      await cp(this.setting.path("whole", folder), this.setting.path(folder), COPY);
    }
  }

  async loseState(): Promise<void> {
    await rm(this.setting.path("state"), { recursive: true, force: true });
  }

  /** Names of the share's objects, of a kind. */
  async objects(kind: RegExp, share = SHARE): Promise<readonly string[]> {
    const found = await readdir(this.setting.path("store", share), { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.setting.path("store").length + 1))
      .filter((name) => kind.test(name))
      .toSorted();
  }

  verify(): Promise<Ending> {
    return this.setting.run("verify", SHARE, "--read-data", ...this.#keyFile);
  }

  /** A backup of a source that has changed a little. */
  async nextBackup(): Promise<Ending> {
    await this.setting.write("new.txt", "written after the damage");
    return this.setting.run("backup", SHARE, ...this.#keyFile);
  }

  /** What a restore of a snapshot puts back, and how it ends. */
  async restore(snapshot: string): Promise<{ readonly ending: Ending; readonly files: Digests }> {
    const folder = this.setting.path("restored");
    await rm(folder, { recursive: true, force: true });
    const ending = await this.setting.run("restore", `${SHARE}@${snapshot}`, "--to", folder, ...this.#keyFile);
    await mkdir(folder, { recursive: true });
    return { ending, files: await digestsOf(folder) };
  }

  source(): Promise<Digests> {
    return digestsOf(this.setting.source());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.setting[Symbol.asyncDispose]();
  }

  async #backup(): Promise<void> {
    const { snapshot } = await this.setting.json<{ snapshot: { name: string } }>("backup", SHARE, ...this.#keyFile);
    this.snapshots.push({ name: snapshot.name, files: await this.source() });
  }
}

const COPY = { recursive: true, preserveTimestamps: true } as const;

/** Bytes that do not compress, and do not repeat. */
function pattern(sizeBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = seed;
  for (let at = 0; at < sizeBytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

async function digestsOf(folder: string): Promise<Digests> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const digests = new Map<string, string>();
  for (const file of files.toSorted()) digests.set(file.slice(folder.length), await digestOf(file));
  return digests;
}

async function digestOf(file: string): Promise<string> {
  const stats = await lstat(file, { bigint: true });
  if (stats.isSymbolicLink()) return `leads to ${await readlink(file)}`;
  const sha256 = createHash("sha256").update(await readFile(file));
  return `${sha256.digest("hex")} ${stats.mode.toString(8)} ${stats.mtimeNs}`;
}

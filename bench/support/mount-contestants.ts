/**
 * Who can show backups as folders: each is given the same tree twice, unchanged, and one large file, and serves them. Everybody
 * compresses and encrypts, with its own defaults.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { chooseTransport } from "../../fs/transports/choose.js";
import type { Cleanup } from "./cleanup.js";
import type { Places } from "./mount-measures.js";
import { serveMount, type ServedMount } from "./served-mount.js";
import { timed } from "./timed-child.js";

export interface Originals {
  readonly tree: string;
  readonly largeFolder: string;
  readonly largeName: string;
  readonly subtree: string;
}

export interface MountContestant {
  readonly name: string;
  /** Makes the backups in a folder that exists and is empty. */
  prepare(folder: string): Promise<void>;
  mount(folder: string, mountPoint: string, cleanup: Cleanup): Promise<Mounted>;
  /** As `mount`, with room to keep the large file's contents in memory; where it can be told to. */
  mountRoomy?(folder: string, mountPoint: string, cleanup: Cleanup): Promise<Mounted>;
}

export interface Mounted {
  readonly served: ServedMount;
  readonly places: Places;
}

/** A contestant, or one sentence that says why there is none. */
export type Candidate = MountContestant | string;

const CLI = resolve(import.meta.dirname, "../../../../dist/cli/main.js");
const PASSPHRASE = "only for measuring";

export function sharestrata(transport: string, originals: Originals): Candidate {
  const canChoose = output(CLI, ["mount", "--help"])?.includes("--transport") ?? false;
  if (!canChoose && transport !== chooseTransport("auto").name) {
    return `sharestrata mount takes no --transport, and takes another by itself: ${transport} is left out`;
  }
  const env = { SHARESTRATA_PASSPHRASE: PASSPHRASE };
  const config = (folder: string): string => join(folder, "sharestrata.yaml");
  const run = (...args: readonly string[]): Promise<unknown> => timed(CLI, args, env);
  const mount = async (
    folder: string,
    mountPoint: string,
    cleanup: Cleanup,
    options: readonly string[] = [],
  ): Promise<Mounted> => {
    const choice = canChoose ? ["--transport", transport] : [];
    const args = ["mount", "--config", config(folder), mountPoint, ...choice, ...options];
    const share = join(mountPoint, "bench", "tree");
    const served = await serveMount(
      { program: CLI, args, env, mountPoint, firstFolder: join(share, "latest") },
      cleanup,
    );
    const names = readdirSync(share).filter((name) => name !== "latest");
    const [tree = "", again = ""] = names.toSorted();
    const largeFile = join(mountPoint, "bench", "large", "latest", originals.largeName);
    const places = { tree: join(share, tree), again: join(share, again), subtree: originals.subtree, largeFile };
    return { served, places };
  };
  return {
    name: `sharestrata ${transport}`,
    async prepare(folder) {
      const sources = { tree: originals.tree, large: originals.largeFolder };
      for (const [share, source] of Object.entries(sources)) {
        const urls = ["--source", `file://${source}`, "--store", `file://${join(folder, "store")}`];
        await run("init", "--config", config(folder), "--share", `bench/${share}`, ...urls, "--encrypt");
      }
      for (const share of ["tree", "tree", "large"]) await run("backup", "--config", config(folder), `bench/${share}`);
    },
    mount: (folder, mountPoint, cleanup) => mount(folder, mountPoint, cleanup),
    mountRoomy: (folder, mountPoint, cleanup) => mount(folder, mountPoint, cleanup, ["--cache-size", "2G"]),
  };
}

export function restic(originals: Originals): Candidate {
  const version = output("restic", ["version"]);
  if (version === undefined) return "restic is not in PATH: it is left out";
  const env = { RESTIC_PASSWORD: PASSPHRASE };
  const place = (folder: string): readonly string[] => [
    "-r",
    join(folder, "store"),
    "--cache-dir",
    join(folder, "cache"),
  ];
  const idsOf = (folder: string, path: string): readonly string[] => {
    const args = [...place(folder), "snapshots", "--json", "--path", path];
    const text = execFileSync("restic", args, { env: { ...process.env, ...env }, encoding: "utf8" });
    return (JSON.parse(text) as { short_id: string }[]).map(({ short_id }) => short_id);
  };
  return {
    name: `restic ${numberIn(version)}`,
    async prepare(folder) {
      await timed("restic", [...place(folder), "init"], env);
      for (const path of [originals.tree, originals.tree, originals.largeFolder]) {
        await timed("restic", [...place(folder), "backup", path], env);
      }
    },
    async mount(folder, mountPoint, cleanup) {
      const [tree = "", again = ""] = idsOf(folder, originals.tree);
      const [large = ""] = idsOf(folder, originals.largeFolder);
      const at = (id: string, path: string): string => join(mountPoint, "ids", id, path);
      const places: Places = {
        tree: at(tree, originals.tree),
        again: at(again, originals.tree),
        subtree: originals.subtree,
        largeFile: at(large, join(originals.largeFolder, originals.largeName)),
      };
      const args = [...place(folder), "mount", mountPoint];
      const served = await serveMount({ program: "restic", args, env, mountPoint, firstFolder: places.tree }, cleanup);
      return { served, places };
    },
  };
}

export function borg(originals: Originals): Candidate {
  const version = output("borg", ["--version"]);
  if (version === undefined) return "borg is not in PATH: it is left out";
  const env = (folder: string): Record<string, string> => ({
    BORG_PASSPHRASE: PASSPHRASE,
    BORG_BASE_DIR: join(folder, "base"),
  });
  return {
    name: `borg ${numberIn(version)}`,
    async prepare(folder) {
      const archive = (name: string): string => `${join(folder, "store")}::${name}`;
      await timed("borg", ["init", "-e", "repokey", join(folder, "store")], env(folder));
      await timed("borg", ["create", archive("tree"), originals.tree], env(folder));
      await timed("borg", ["create", archive("again"), originals.tree], env(folder));
      await timed("borg", ["create", archive("large"), originals.largeFolder], env(folder));
    },
    async mount(folder, mountPoint, cleanup) {
      const at = (archive: string, path: string): string => join(mountPoint, archive, path);
      const places: Places = {
        tree: at("tree", originals.tree),
        again: at("again", originals.tree),
        subtree: originals.subtree,
        largeFile: at("large", join(originals.largeFolder, originals.largeName)),
      };
      const args = ["mount", "--foreground", join(folder, "store"), mountPoint];
      const served = await serveMount(
        { program: "borg", args, env: env(folder), mountPoint, firstFolder: places.tree },
        cleanup,
      );
      return { served, places };
    },
  };
}

/** Prepared in a folder of its own, which is made. */
export async function prepared(contestant: MountContestant, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await contestant.prepare(folder);
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

const numberIn = (text: string): string => /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? "";

/** On what and when: the line that stands above every figure. */
import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: "ext2/3/4",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x01021994: "tmpfs",
  0x794c7630: "overlayfs",
};

/** @param folder where the databases are */
export function machineLine(folder: string): string {
  const type = statfsSync(folder).type;
  const load = loadavg()[0] ?? 0;
  return [
    new Date().toISOString().slice(0, 10),
    `${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${availableParallelism()} cores`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    FILE_SYSTEMS[type] ?? `file system 0x${type.toString(16)}`,
    `Linux ${release()}`,
    `Node ${process.version}`,
    `lmdb ${lmdbVersion()}`,
    `load ${load.toFixed(1)} at the start`,
  ].join(" · ");
}

function lmdbVersion(): string {
  const path = new URL("../package.json", import.meta.resolve("lmdb"));
  for (const url of [path, new URL("./package.json", import.meta.resolve("lmdb"))]) {
    try {
      const { name, version } = JSON.parse(readFileSync(url, "utf8")) as { name: string; version: string };
      if (name === "lmdb") return version;
    } catch {
      // Not there: it lies beside or above the module, depending on which file is its entry.
    }
  }
  return "?";
}

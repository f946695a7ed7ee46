/**
 * What a listing tells of a node besides its name. Sizes are log-normal with some empty files; siblings resemble each
 * other in size and were written at about the same time; times have the 100 ns of an SMB share, all digits in use.
 */
import type { TimeNs } from "../../core/time.js";
import { Random } from "./random.js";

/** 2026-01-01, when the first backup of every generated tree runs. */
export const FIRST_BACKUP_S = 1_767_225_600;
export const DAY_S = 86_400;

const YEAR_S = 365 * DAY_S;
const MEDIAN_BYTES = 10_000;
/** Of folders among each other, and of files within a folder. */
const SIGMA_FOLDER = 1.3;
const SIGMA_FILE = 1.8;
const LARGEST_BYTES = 8 * 1024 ** 3;
const EMPTY_SHARE = 0.02;

/** What the files of one folder have in common. */
export interface FolderCharacter {
  /** Seconds since 1970 of the last change in it. */
  readonly lastWriteS: number;
  /** Over how many seconds its files were written: one copy or unpacking, or years of work. */
  readonly spreadS: number;
  readonly medianBytes: number;
}

export function rootCharacter(random: Random): FolderCharacter {
  return { lastWriteS: FIRST_BACKUP_S - DAY_S, spreadS: YEAR_S, medianBytes: random.logNormal(MEDIAN_BYTES, 0.1) };
}

export function childCharacter(random: Random, parent: FolderCharacter): FolderCharacter {
  // Somewhat older than the parent; once in a while it starts anew.
  const age = random.chance(0.2) ? -Math.log(1 - random.unit()) * 3 * YEAR_S : random.logNormal(20 * DAY_S, 2);
  const from = random.chance(0.2) ? FIRST_BACKUP_S : parent.lastWriteS;
  return {
    lastWriteS: Math.max(from - age, FIRST_BACKUP_S - 20 * YEAR_S),
    spreadS: Math.exp(random.unit() * Math.log(YEAR_S)),
    medianBytes: random.logNormal(MEDIAN_BYTES, SIGMA_FOLDER),
  };
}

export function fileSize(random: Random, folder: FolderCharacter): number {
  if (random.chance(EMPTY_SHARE)) return 0;
  return Math.min(LARGEST_BYTES, Math.ceil(random.logNormal(folder.medianBytes, SIGMA_FILE)));
}

export function writeTime(random: Random, folder: FolderCharacter): TimeNs {
  return timeAt(random, folder.lastWriteS - Math.abs(random.normal()) * folder.spreadS);
}

/** Somewhere in that second. */
export function timeAt(random: Random, seconds: number): TimeNs {
  return (BigInt(Math.floor(seconds)) * 1_000_000_000n + BigInt(random.below(10_000_000) * 100)) as TimeNs;
}

/** As Azure Files tells identity: a 64-bit file id and the time of creation. The same for a node at every call. */
export function azureIdentity(nodeId: number): string {
  const random = new Random(nodeId, 7);
  const fileId = 13_835_128_424_026_341_376n + BigInt(nodeId) * 64n;
  return `${fileId}:${timeAt(random, FIRST_BACKUP_S - random.unit() * YEAR_S).toString(36)}`;
}

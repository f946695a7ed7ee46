/** The counters of a running backup, and how they are told while it runs. */
import { MAX_NAMED, type BackupCounters, type PassedOver } from "../../core/snapshot.js";

export type MutableCounters = { -readonly [K in keyof BackupCounters]: number };

export function zeroCounters(): MutableCounters {
  return {
    files: 0,
    directories: 0,
    bytes: 0,
    added: 0,
    modified: 0,
    renamed: 0,
    deleted: 0,
    unchanged: 0,
    errors: 0,
    bytesRead: 0,
    bytesStored: 0,
  };
}

export type BackupPhase = "opening" | "scanning" | "finishing" | "publishing" | "checkpointing" | "done";

/** Told while a backup runs, after every directory and file. */
export interface BackupProgress {
  readonly phase: BackupPhase;
  readonly counters: BackupCounters;
}

/** What a run has seen so far; the one place that its parts report to. */
export class RunReport {
  readonly counters = zeroCounters();
  readonly passedOver: PassedOver[] = [];
  #phase: BackupPhase = "opening";
  readonly #onProgress: ((progress: BackupProgress) => void) | undefined;

  constructor(onProgress: ((progress: BackupProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  passOver(passedOver: PassedOver): void {
    this.counters.errors++;
    if (this.passedOver.length < MAX_NAMED) this.passedOver.push(passedOver);
  }

  enter(phase: BackupPhase): void {
    this.#phase = phase;
    this.tell();
  }

  tell(): void {
    this.#onProgress?.({ phase: this.#phase, counters: this.counters });
  }
}

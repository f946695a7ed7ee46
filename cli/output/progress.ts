/**
 * Progress on stderr: a bar with rate and remaining time on a terminal, a line every few seconds elsewhere when asked
 * for with --progress, otherwise nothing.
 */
import type { SingleBar } from "cli-progress";
import type { OutputStream } from "../io.js";
import { formatBytes, formatCount, formatDuration } from "./format.js";

export interface ProgressState {
  /** Files done. */
  readonly files: number;
  readonly bytes: number;
  /** How many files there are to do, when that is known or can be guessed. */
  readonly totalFiles?: number | undefined;
  /** How many bytes there are to do, when that is known: files of very different sizes then say better how long the rest takes. */
  readonly totalBytes?: number | undefined;
  /** What is counted in `files`. Default: `files`. */
  readonly unit?: string | undefined;
  /** What is going on, such as `scanning`. */
  readonly phase: string;
}

const LINE_EVERY_MS = 5_000;
/** Before this, and with less done, nothing can be said of how long the rest takes. */
const ETA_AFTER_MS = 2_000;
const ETA_FRACTION = 0.001;
const BAR_WIDTH = 24;

export interface ProgressOptions {
  /** undefined: when `stderr` is a terminal. */
  readonly wanted: boolean | undefined;
  readonly quiet: boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** A few words that go behind everything else, asked for whenever progress is shown, and then also while there is no other news. */
  readonly note?: (() => string | undefined) | undefined;
}

/** How often what is shown is shown anew without news. */
const AGAIN_MS = 1_000;

/** @returns a way to tell progress that does nothing where none is wanted */
export async function startProgress(stderr: OutputStream, options: ProgressOptions): Promise<Progress> {
  const isTerminal = stderr.isTTY === true;
  const shown = !options.quiet && (options.wanted ?? isTerminal);
  const { now = () => performance.now(), note } = options;
  if (!shown)
    return new Progress(
      now,
      () => {},
      () => {},
    );
  if (!isTerminal) return lines(stderr, now, note);
  const { SingleBar, Presets } = await import("cli-progress");
  const bar = new SingleBar(
    {
      stream: stderr,
      clearOnComplete: true,
      hideCursor: true,
      // Ctrl-C is ours: the run ends cleanly, and says so.
      gracefulExit: false,
      fps: 8,
      format: (_options, _params, payload: { text?: string }) => payload.text ?? "",
    },
    Presets.shades_classic,
  );
  return onBar(bar, now, note);
}

/** Tells how far a run is. Disposing it takes the bar off the screen. */
export class Progress implements Disposable {
  readonly #startedAt: number;
  #latest: ProgressState | undefined;
  readonly #again: NodeJS.Timeout | undefined;

  constructor(
    private readonly now: () => number,
    private readonly show: (state: ProgressState, elapsedMs: number) => void,
    private readonly stop: () => void,
    isShownAgain = false,
  ) {
    this.#startedAt = now();
    if (!isShownAgain) return;
    this.#again = setInterval(() => this.#latest && this.update(this.#latest), AGAIN_MS);
    this.#again.unref();
  }

  /** May be called as often as there is news. */
  update(state: ProgressState): void {
    this.#latest = state;
    this.show(state, this.now() - this.#startedAt);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#again);
    this.stop();
  }
}

type Note = ProgressOptions["note"];

function lines(stderr: OutputStream, now: () => number, note: Note): Progress {
  let due = LINE_EVERY_MS;
  const show = (state: ProgressState, elapsedMs: number): void => {
    if (elapsedMs < due) return;
    due = elapsedMs + LINE_EVERY_MS;
    stderr.write(`${progressText(state, elapsedMs, note?.())}\n`);
  };
  return new Progress(now, show, () => {}, note !== undefined);
}

function onBar(bar: SingleBar, now: () => number, note: Note): Progress {
  bar.start(1, 0, { text: "" });
  let shownAt = Number.NEGATIVE_INFINITY;
  const show = (state: ProgressState, elapsedMs: number): void => {
    // Formatting is dearer than the news, which may come a hundred thousand times a second.
    if (elapsedMs - shownAt < 100) return;
    shownAt = elapsedMs;
    bar.update(0, { text: progressText(state, elapsedMs, note?.()) });
  };
  return new Progress(now, show, () => bar.stop(), note !== undefined);
}

/** `scanning [=====>      ] 42 %  1 234 of 2 900 files  34 MiB  12 MiB/s  0:34 left` */
export function progressText(state: ProgressState, elapsedMs: number, note?: string): string {
  const { files, bytes, totalFiles, phase, unit = "files" } = state;
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const fraction = fractionOf(state);
  const parts = [
    fraction === undefined
      ? phase
      : `${phase} ${barText(fraction)} ${String(Math.floor(fraction * 100)).padStart(3)} %`,
  ];
  parts.push(
    fraction === undefined
      ? `${formatCount(files)} ${unit}`
      : `${formatCount(files)} of ${formatCount(totalFiles ?? 0)} ${unit}`,
  );
  parts.push(
    formatBytes(bytes),
    `${formatCount(Math.round(files / seconds))} ${unit}/s`,
    `${formatBytes(Math.round(bytes / seconds))}/s`,
  );
  const remaining = remainingMs(fraction, elapsedMs);
  parts.push(remaining === undefined ? `${formatDuration(elapsedMs)} so far` : `${formatDuration(remaining)} left`);
  if (note !== undefined) parts.push(note);
  return parts.join("  ");
}

/** A file costs what so many bytes do, beside those it has. */
const BYTES_A_FILE = 64 * 1024;

function fractionOf({ files, bytes, totalFiles = 0, totalBytes }: ProgressState): number | undefined {
  if (totalFiles <= 0) return undefined;
  if (totalBytes === undefined) return Math.min(1, files / totalFiles);
  return Math.min(1, (bytes + files * BYTES_A_FILE) / (totalBytes + totalFiles * BYTES_A_FILE));
}

/** undefined as long as nothing can be said. */
export function remainingMs(fraction: number | undefined, elapsedMs: number): number | undefined {
  if (fraction === undefined || fraction < ETA_FRACTION || elapsedMs < ETA_AFTER_MS) return undefined;
  return (elapsedMs * (1 - fraction)) / fraction;
}

function barText(fraction: number): string {
  const done = Math.round(fraction * BAR_WIDTH);
  return `[${"=".repeat(done).padEnd(BAR_WIDTH)}]`;
}

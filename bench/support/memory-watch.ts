/** The most memory seen. Loops that never yield are sampled where they call `sample`, the rest by a timer. */
import { readFileSync } from "node:fs";

export interface MemoryPeaks {
  /** Heap of V8 in use, what is not collected yet included. */
  readonly heapBytes: number;
  /** Buffers outside of the heap. */
  readonly externalBytes: number;
  readonly rssBytes: number;
  /** The part of the RSS that is no file: what LMDB maps is page cache and given back when others want it. */
  readonly anonymousBytes: number;
}

const EVERY_MS = 50;

export class MemoryWatch implements Disposable {
  #peaks: MemoryPeaks = { heapBytes: 0, externalBytes: 0, rssBytes: 0, anonymousBytes: 0 };
  readonly #timer = setInterval(() => this.sample(), EVERY_MS);

  constructor() {
    this.#timer.unref();
  }

  sample(): void {
    const { heapUsed, external, rss } = process.memoryUsage();
    const peaks = this.#peaks;
    this.#peaks = {
      heapBytes: Math.max(peaks.heapBytes, heapUsed),
      externalBytes: Math.max(peaks.externalBytes, external),
      rssBytes: Math.max(peaks.rssBytes, rss),
      anonymousBytes: Math.max(peaks.anonymousBytes, anonymousBytes()),
    };
  }

  /** Since the last call, or the start. */
  take(): MemoryPeaks {
    this.sample();
    const peaks = this.#peaks;
    this.#peaks = { heapBytes: 0, externalBytes: 0, rssBytes: 0, anonymousBytes: 0 };
    return peaks;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** 0 where there is no /proc to ask. */
function anonymousBytes(): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

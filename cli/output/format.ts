/** Names, sizes, times and modes as people read them. */
import { formatTime, type TimeNs } from "../../core/time.js";

/** C0 and C1 controls and bidirectional overrides: what can move a terminal's cursor or disguise a name. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** A text that does nothing to a terminal but appear on it. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Three digits and a binary unit, as `ls -h` and `du -h` count: `1.46 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return `${bytes} B`;
  const text = value.toPrecision(3);
  return `${text.includes("e") ? Math.round(value) : text} ${UNITS[unit]}`;
}

/** Digits in groups of three, as in `1 234 567`; the spaces do not break. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, "\u00A0");
}

/** `1 file`, `2 files`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `0:07`, `12:34`, `3:04:05`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Local time to the minute, as `ls -l --time-style=long-iso` writes it. */
export function formatLocalTime(time: TimeNs): string {
  const date = new Date(Number(time / 1_000_000n));
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** As JSON answers have it: ISO 8601, UTC, every digit there is (100 ns or 1 ns), at least none. */
export function formatExactTime(time: TimeNs): string {
  return formatTime(time, 9).replace(/\.?0+Z$/, "Z");
}

const LETTERS = { directory: "d", file: "-", symlink: "l" } as const;

/** `drwxr-xr-x`, with the set-id and sticky bits where `ls` has them. */
export function formatMode(kind: keyof typeof LETTERS, mode: number): string {
  const triplet = (shift: number, special: number, letters: string): string => {
    const bits = mode >> shift;
    const execute = (bits & 1) !== 0;
    const last = (mode & special) !== 0 ? letters.charAt(execute ? 0 : 1) : execute ? "x" : "-";
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
  };
  return LETTERS[kind] + triplet(6, 0o4000, "sS") + triplet(3, 0o2000, "sS") + triplet(0, 0o1000, "tT");
}

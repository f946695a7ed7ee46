// Owns names for generated trees: those of an office, with everything a share allows and programs tend to get wrong.
import type { Random } from "./random.js";

/** The longest name ext4 and most others take, in bytes of UTF-8. Azure Files counts 255 UTF-16 units, which is never less. */
export const maxNameBytes = 255;

const words = [
  "report",
  "Invoice",
  "plan",
  "photo",
  "Budget",
  "minutes",
  "contract",
  "notes",
  "übersicht",
  "Änderung",
  "Straße",
  "résumé",
  "señal",
  "œuvre",
  "кошка",
  "日本語",
  "説明書",
  "नमस्ते",
  "🎉",
  "👩‍🚀 mission",
  "naïve",
  "ﬁle",
  "O'Brien",
  "$HOME",
  "%20",
  "#1",
  "~tmp",
  "-rf",
  "a&b",
  "semi;colon",
  "[draft]",
  "(2)",
  "{x}",
  "100%",
  "=1+1",
  "@home",
  "`tick`",
  "!",
] as const;
const extensions = [".txt", ".docx", ".pdf", ".jpg", ".tar.gz", ".md", ".JSON", ""] as const;

export interface NameOptions {
  /** A dot at the end, which Azure Files keeps only when asked to. */
  readonly trailingDots: boolean;
}

/**
 * A name that is not in `taken`, which it is then added to. `taken` holds what `nameKey` gives, so that two names never differ by
 * case only: Azure Files would take them for one.
 */
export function freshName(
  random: Random,
  kind: "directory" | "file",
  taken: Set<string>,
  options: NameOptions,
): string {
  for (let attempt = 0; ; attempt++) {
    const suffix = attempt < 3 ? "" : ` ${random.integer(1, 10 ** Math.min(attempt, 9))}`;
    const name = shape(random, kind, suffix, options);
    if (taken.has(nameKey(name))) continue;
    taken.add(nameKey(name));
    return name;
  }
}

/** What two names share when a share takes them for one. */
export const nameKey = (name: string): string => name.normalize("NFC").toUpperCase();

function shape(random: Random, kind: "directory" | "file", suffix: string, { trailingDots }: NameOptions): string {
  const extension = kind === "file" ? random.pick(extensions) : "";
  const word = random.pick(words);
  switch (
    random.pickWeighted({ plain: 8, spaced: 4, hidden: 1, decomposed: 1, long: 0.5, trailing: trailingDots ? 0.5 : 0 })
  ) {
    case "plain":
      return `${word}${suffix}${extension}`;
    case "spaced":
      return `${word} ${random.pick(words)}${suffix}${extension}`;
    case "hidden":
      return `.${word}${suffix}${extension}`;
    case "decomposed": // as macOS spells it: u, then the dots
      return `${word} äöü`.normalize("NFD") + suffix + extension;
    case "long":
      return fill(`${word}${suffix} `, random.pick(["x", "ü", "字"]), extension);
    case "trailing":
      return `${word}${suffix}.`;
  }
}

function fill(start: string, filler: string, end: string): string {
  const rest = maxNameBytes - Buffer.byteLength(start) - Buffer.byteLength(end);
  return start + filler.repeat(Math.floor(rest / Buffer.byteLength(filler))) + end;
}

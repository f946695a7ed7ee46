/**
 * How people and programs name things: each style makes, for one directory, the function that names its n-th file or
 * folder. What the function closes over (a prefix, a counter's start, a date) is what siblings share.
 */
import type { Random } from "./random.js";
import { ACCENTED_WORDS, CODE_WORDS, MEDIA_WORDS, OFFICE_WORDS, PEOPLE_WORDS, PLACE_WORDS } from "./words.js";

/** @param index of the file among the directory's, from 0 */
export type Namer = (index: number) => string;

export interface NameStyle {
  /** How often, among directories. */
  readonly weight: number;
  /** Whether it gives enough names for thousands of siblings. */
  readonly plenty: boolean;
  readonly namer: (random: Random) => Namer;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, "0");
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const hex = (random: Random, digits: number): string => {
  let text = "";
  while (text.length < digits) text += random.uint32().toString(16).padStart(8, "0");
  return text.slice(0, digits);
};

function isoDate(random: Random, separator: string): string {
  return [random.between(2008, 2026), pad(random.between(1, 12), 2), pad(random.between(1, 28), 2)].join(separator);
}

function officeWord(random: Random): string {
  return random.chance(0.04) ? random.pick(ACCENTED_WORDS) : random.pick(OFFICE_WORDS);
}

const OFFICE_ENDINGS = [".docx", ".docx", ".xlsx", ".xlsx", ".pdf", ".pdf", ".pdf", ".pptx", ".msg", ".txt", ".doc"];
const CODE_ENDINGS = [[".py"], [".py", ".pyc"], [".h", ".c"], [".hpp", ".cpp"], [".js"], [".ts"], [".java"], [".yaml"]];

const letters: NameStyle = {
  weight: 20,
  plenty: false,
  namer: (random) => {
    const separator = random.pick([" ", " ", "_", "-"]);
    const subject = random.chance(0.3) ? [capital(officeWord(random)), random.pick(PLACE_WORDS)] : [];
    return () => {
      const parts = [...subject, capital(officeWord(random))];
      if (random.chance(0.6)) parts.push(officeWord(random));
      if (random.chance(0.35)) parts.push(isoDate(random, "-"));
      if (random.chance(0.2)) parts.push(`v${random.between(1, 9)}`);
      return parts.join(separator) + random.pick(OFFICE_ENDINGS);
    };
  },
};

const numberedDocuments: NameStyle = {
  weight: 9,
  plenty: true,
  namer: (random) => {
    const prefix = `${capital(random.pick(OFFICE_WORDS))}_${random.between(2008, 2026)}-`;
    const digits = random.between(4, 7);
    const who = random.chance(0.3);
    const ending = random.pick([".pdf", ".pdf", ".tif", ".xml", ".eml"]);
    let number = random.below(5000);
    return () => {
      number += random.between(1, 3);
      return prefix + pad(number, digits) + (who ? `_${capital(random.pick(PEOPLE_WORDS))}` : "") + ending;
    };
  },
};

const camera: NameStyle = {
  weight: 9,
  plenty: true,
  namer: (random) => {
    const ending = random.pick([".jpg", ".JPG", ".JPG", ".HEIC", ".mp4", ".NEF"]);
    if (random.chance(0.5)) {
      const prefix = random.pick(["DSC_", "IMG_", "DSC0", "P10", "_MG_"]);
      let number = random.below(8000);
      return () => `${prefix}${pad((number += random.between(1, 2)), 5)}${ending}`;
    }
    const prefix = random.pick(["IMG_", "VID_", "PXL_", "Screenshot_"]) + isoDate(random, "");
    let second = random.between(28_800, 70_000);
    return () => {
      second += random.between(1, 90);
      const clock = pad(Math.floor(second / 3600) * 10_000 + (Math.floor(second / 60) % 60) * 100 + (second % 60), 6);
      return `${prefix}_${clock}${ending}`;
    };
  },
};

const source: NameStyle = {
  weight: 25,
  plenty: false,
  namer: (random) => {
    const endings = random.pick(CODE_ENDINGS);
    const joint = random.pick(["-", "_", "_", ""]);
    const prefix = random.chance(0.3) ? [random.pick(CODE_WORDS), random.pick(CODE_WORDS)] : [];
    const lengths = random.pick([
      [1, 2],
      [2, 3],
      [2, 4],
    ]);
    let stem = "";
    return (index) => {
      if (index % endings.length === 0) {
        const parts = [...prefix];
        for (let left = random.pick(lengths); left > 0; left--) parts.push(random.pick(CODE_WORDS));
        stem = parts.map((part, at) => (joint === "" && at > 0 ? capital(part) : part)).join(joint);
      }
      return stem + (endings[index % endings.length] ?? "");
    };
  },
};

const rotatedLogs: NameStyle = {
  weight: 4,
  plenty: true,
  namer: (random) => {
    const prefix = `${random.pick(CODE_WORDS)}-${random.pick(CODE_WORDS)}`;
    const ending = random.pick([".log", ".log.gz", ".csv", ".json.gz"]);
    let day = random.between(12_000, 20_000);
    return () => `${prefix}-${new Date(++day * 86_400_000).toISOString().slice(0, 10)}${ending}`;
  },
};

const hashes: NameStyle = {
  weight: 4,
  plenty: true,
  namer: (random) => {
    const digits = random.pick([8, 16, 16, 32, 40]);
    const ending = random.pick(["", ".dat", ".bin", ".jpg"]);
    return () => hex(random, digits) + ending;
  },
};

const guids: NameStyle = {
  weight: 2,
  plenty: false,
  namer: (random) => {
    const ending = random.pick([".xml", ".tmp", ".json", ".vhdx"]);
    return () => [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join("-") + ending;
  },
};

const releases: NameStyle = {
  weight: 6,
  plenty: true,
  namer: (random) => {
    const ending = random.pick([".tar.gz", ".zip", "_amd64.deb", "-x64.msi", ".jar", ".nupkg"]);
    const alone = random.chance(0.1) ? `${random.pick(CODE_WORDS)}-${random.pick(CODE_WORDS)}` : undefined;
    return () => {
      const version = `${random.below(12)}.${random.below(30)}.${random.below(60)}`;
      return `${alone ?? `${random.pick(CODE_WORDS)}-${random.pick(CODE_WORDS)}`}-${version}${ending}`;
    };
  },
};

const tracks: NameStyle = {
  weight: 5,
  plenty: false,
  namer: (random) => {
    const ending = random.pick([".mp3", ".flac", ".m4a", ".avi"]);
    return (index) => {
      const title = [random.pick(MEDIA_WORDS), random.pick(MEDIA_WORDS), random.pick(MEDIA_WORDS)];
      return `${pad(index + 1, 2)} - ${title.map(capital).join(" ")}${ending}`;
    };
  },
};

const measurements: NameStyle = {
  weight: 6,
  plenty: true,
  namer: (random) => {
    const prefix = `${random.pick(PLACE_WORDS)}_${random.pick(["sensor", "run", "scan", "part", "tile", "frame"])}`;
    const ending = random.pick([".csv", ".dat", ".png", ".tif", ".h5", ".dwg"]);
    let number = random.below(100);
    return () => `${prefix}_${pad(++number, 6)}${ending}`;
  },
};

const fixedNames: NameStyle = {
  weight: 7,
  plenty: false,
  namer: (random) => {
    const fixed = ["index.html", "README.md", "LICENSE", "Makefile", "Thumbs.db", "desktop.ini", "package.json"];
    const more = ["config.xml", "setup.py", ".gitignore", "Dockerfile", "__init__.py", "CMakeLists.txt", "notes.txt"];
    const from = random.below(7);
    return (index) =>
      index < 7 ? ((index % 2 === 0 ? fixed : more)[(from + index) % 7] ?? "") : `${random.pick(CODE_WORDS)}.txt`;
  },
};

export const FILE_STYLES: readonly NameStyle[] = [
  letters,
  numberedDocuments,
  camera,
  source,
  rotatedLogs,
  hashes,
  guids,
  releases,
  tracks,
  measurements,
  fixedNames,
];

const topics: NameStyle = {
  weight: 30,
  plenty: false,
  namer: (random) => () => {
    const parts = [capital(officeWord(random)), random.pick(PLACE_WORDS)];
    if (random.chance(0.5)) parts.push(random.pick(OFFICE_WORDS));
    return parts.join(random.chance(0.6) ? " " : "_");
  },
};

const packages: NameStyle = {
  weight: 30,
  plenty: false,
  namer: (random) => () =>
    random.chance(0.45) ? random.pick(CODE_WORDS) : `${random.pick(CODE_WORDS)}-${random.pick(CODE_WORDS)}`,
};

const periods: NameStyle = {
  weight: 12,
  plenty: true,
  namer: (random) => {
    const from = random.between(1998, 2018);
    if (random.chance(0.5)) return (index) => String(from + index);
    return (index) => `${from + Math.floor(index / 12)}-${pad((index % 12) + 1, 2)}`;
  },
};

const projects: NameStyle = {
  weight: 18,
  plenty: true,
  namer: (random) => {
    const prefix = random.pick(["P-", "PRJ", "K", "Order ", "Case_"]) + random.between(1, 9);
    let number = random.below(5000);
    return () => {
      number += random.between(1, 4);
      const title = `${capital(random.pick(PEOPLE_WORDS))} ${random.pick(PLACE_WORDS)}`;
      return `${prefix}${pad(number, 4)} ${title}`;
    };
  },
};

const people: NameStyle = {
  weight: 6,
  plenty: false,
  namer: (random) => () => `${random.pick(PEOPLE_WORDS)}.${random.pick(PEOPLE_WORDS)}`,
};

const shards: NameStyle = {
  weight: 4,
  plenty: true,
  namer: (random) => {
    const digits = random.pick([2, 3, 8]);
    return () => hex(random, digits);
  },
};

export const DIRECTORY_STYLES: readonly NameStyle[] = [topics, packages, periods, projects, people, shards];

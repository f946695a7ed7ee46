/** What `find` is to look for, from its options. Whatever is wrong with them is found before anything is opened. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { SearchQuery } from "../../catalog/search.js";
import { SharestrataError } from "../../core/errors.js";
import { nameGlob, pathGlob } from "../../core/glob.js";
import type { NodeKind } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import { parseMoment } from "./moment.js";
import { parseSizeRange } from "./size-range.js";

export interface FindOptions {
  readonly name: string | undefined;
  readonly path: string | undefined;
  readonly ignoreCase?: boolean;
  readonly type: string | undefined;
  readonly size: string | undefined;
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

type Test = (entry: CatalogEntry) => boolean;

/**
 * @param within of the address
 * @param now what ages count from
 * @throws SharestrataError `USAGE`
 */
export function findQuery(options: FindOptions, within: readonly string[], now: TimeNs): SearchQuery {
  const { ignoreCase = false } = options;
  const tests = [
    ...given(options.type, typeTest),
    ...given(options.size, sizeTest),
    ...given(options.newer, (text): Test => {
      const from = parseMoment(text, now);
      return ({ mtimeNs }) => mtimeNs >= from;
    }),
    ...given(options.older, (text): Test => {
      const until = parseMoment(text, now);
      return ({ mtimeNs }) => mtimeNs < until;
    }),
    ...given(options.name, (text): Test => {
      const matches = nameGlob(text, { ignoreCase });
      return ({ name }) => matches(name);
    }),
  ];
  const glob = options.path === undefined ? undefined : pathGlob(options.path, { ignoreCase });
  return {
    within: glob ? narrower(within, glob.within) : within,
    entry: (entry) => tests.every((test) => test(entry)),
    path: (path) => glob?.matches(path) ?? true,
  };
}

function given(text: string | undefined, test: (text: string) => Test): readonly Test[] {
  return text === undefined ? [] : [test(text)];
}

const KINDS: Readonly<Record<string, NodeKind>> = { f: "file", d: "directory", l: "symlink" };

function typeTest(text: string): Test {
  const kinds = text.split(",").map((letter) => KINDS[letter]);
  if (kinds.includes(undefined)) {
    throw new SharestrataError("USAGE", `"${text}" is no type: write f (file), d (directory), l (symlink) or f,l.`);
  }
  return ({ kind }) => kinds.includes(kind);
}

function sizeTest(text: string): Test {
  const { least, most } = parseSizeRange(text);
  return ({ kind, sizeBytes }) => kind === "file" && least <= sizeBytes && sizeBytes <= most;
}

/** The folder that lies in the other; where neither does, the first. */
function narrower(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length > a.length && a.every((name, depth) => b[depth] === name) ? b : a;
}

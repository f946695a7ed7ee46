/**
 * Globs: `*` stands for any run of characters within a name, `?` for one, `[a-z]` and `[!a-z]` for one of a set, `\` takes
 * its meaning from the next character, and a component that is `**` stands for any number of folders, none included. A
 * leading dot is a character like any other.
 *
 * Matching never tries more than the last star again: what stands before it has matched as early as it could, and a later
 * place for it would only leave less to the rest. So the time is the product of the two lengths at worst, whatever the
 * pattern, where a regular expression made of it could take for ever.
 */
import { SharestrataError } from "./errors.js";

type Token =
  | { readonly kind: "character"; readonly code: number }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

export interface GlobOptions {
  /** Whether letters of either case match: no unless told. */
  readonly ignoreCase?: boolean | undefined;
}

/**
 * Compiles a glob for one name.
 * @throws SharestrataError `USAGE` saying what is wrong with it
 */
export function nameGlob(pattern: string, options: GlobOptions = {}): (name: string) => boolean {
  if (pattern === "") throw badGlob(pattern, "it is empty");
  if (pattern.includes("/")) throw badGlob(pattern, 'no name holds a "/", only a path does');
  const ignoreCase = options.ignoreCase === true;
  const tokens = compile(pattern, pattern, ignoreCase);
  return (name) => matchesName(tokens, name, ignoreCase);
}

/** A compiled glob for paths. */
export interface PathGlob {
  matches(path: readonly string[]): boolean;
  /** The folders that everything it matches lies beneath: components before the last that are plain text. */
  readonly within: readonly string[];
}

/**
 * Compiles a glob for whole paths; a leading "/" may be left out.
 * @throws SharestrataError `USAGE` saying what is wrong with it
 */
export function pathGlob(pattern: string, options: GlobOptions = {}): PathGlob {
  const ignoreCase = options.ignoreCase === true;
  if (pattern === "") throw badGlob(pattern, "it is empty");
  const components = pattern.split("/").filter((component) => component !== "" && component !== ".");
  const compiled = components.map((component) =>
    component === "**" ? "folders" : compile(component, pattern, ignoreCase),
  );
  const plain = ignoreCase ? [] : compiled.slice(0, -1).map(plainText);
  const end = plain.indexOf(undefined);
  return {
    matches: (path) => matchesPath(compiled, path, ignoreCase),
    within: plain.slice(0, end < 0 ? plain.length : end).filter((text) => text !== undefined),
  };
}

function badGlob(pattern: string, why: string): SharestrataError {
  return new SharestrataError("USAGE", `The glob "${pattern}" cannot be used: ${why}.`);
}

/** @param whole for the error */
function compile(component: string, whole: string, ignoreCase: boolean): readonly Token[] {
  const characters = Array.from(component);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (character === "?") {
      tokens.push({ kind: "any" });
    } else if (character === "[") {
      const { end, set } = compileSet(characters, at, whole);
      tokens.push(set);
      at = end;
    } else {
      if (character === "\\") at++;
      const meant = characters[at];
      if (meant === undefined) throw badGlob(whole, 'nothing stands behind the last "\\"');
      for (const code of codesOf(ignoreCase ? folded(meant) : meant)) tokens.push({ kind: "character", code });
    }
  }
  return tokens;
}

/** @param start of the "[" @returns the set, and where its "]" is */
function compileSet(characters: readonly string[], start: number, whole: string): { end: number; set: Token } {
  const negated = characters[start + 1] === "!" || characters[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  let at = first;
  const take = (): number => {
    if (characters[at] === "[" && characters[at + 1] === ":")
      throw badGlob(whole, 'sets such as "[:alpha:]" are not known');
    if (characters[at] === "\\") at++;
    const code = characters[at]?.codePointAt(0);
    if (code === undefined) throw badGlob(whole, 'a "[" is not closed within its component; "\\[" means the character');
    at++;
    return code;
  };
  // As everywhere, a "]" that comes first is one of the set.
  while (at === first || characters[at] !== "]") {
    const low = take();
    let high = low;
    if (characters[at] === "-" && characters[at + 1] !== "]") {
      at++;
      high = take();
    }
    if (high < low)
      throw badGlob(whole, `the range ${String.fromCodePoint(low)}-${String.fromCodePoint(high)} is empty`);
    ranges.push([low, high]);
  }
  return { end: at, set: { kind: "set", negated, ranges } };
}

function matchesName(tokens: readonly Token[], given: string, ignoreCase: boolean): boolean {
  const name = ignoreCase ? folded(given) : given;
  let at = 0;
  let token = 0;
  /** Where to go on when what is behind the last star does not match: the star takes one character more. */
  let retryToken = -1;
  let retryAt = 0;
  while (at < name.length || token < tokens.length) {
    const current = tokens[token];
    if (current?.kind === "star") {
      token++;
      if (token === tokens.length) return true;
      retryToken = token;
      retryAt = at;
      continue;
    }
    const code = at < name.length ? (name.codePointAt(at) ?? 0) : undefined;
    if (current && code !== undefined && accepts(current, code, ignoreCase)) {
      token++;
      at += width(code);
      continue;
    }
    if (retryToken < 0 || retryAt >= name.length) return false;
    retryAt += width(name.codePointAt(retryAt) ?? 0);
    token = retryToken;
    at = retryAt;
  }
  return true;
}

function accepts(token: Token, code: number, ignoreCase: boolean): boolean {
  switch (token.kind) {
    case "character":
      return token.code === code;
    case "any":
      return true;
    case "set": {
      const isIn = (candidate: number): boolean =>
        token.ranges.some(([low, high]) => low <= candidate && candidate <= high);
      return (
        (isIn(code) || (ignoreCase && codesOf(String.fromCodePoint(code).toUpperCase()).some(isIn))) !== token.negated
      );
    }
    case "star":
      return false;
  }
}

/** As `matchesName`, with components for characters and `**` for the star. */
function matchesPath(
  components: readonly ("folders" | readonly Token[])[],
  path: readonly string[],
  ignoreCase: boolean,
): boolean {
  let at = 0;
  let component = 0;
  let retryComponent = -1;
  let retryAt = 0;
  while (at < path.length || component < components.length) {
    const current = components[component];
    if (current === "folders") {
      component++;
      if (component === components.length) return true;
      retryComponent = component;
      retryAt = at;
      continue;
    }
    const name = path[at];
    if (current && name !== undefined && matchesName(current, name, ignoreCase)) {
      component++;
      at++;
      continue;
    }
    if (retryComponent < 0 || retryAt >= path.length) return false;
    retryAt++;
    component = retryComponent;
    at = retryAt;
  }
  return true;
}

/** The only name a component matches; undefined when there are several. */
function plainText(component: "folders" | readonly Token[]): string | undefined {
  if (component === "folders") return undefined;
  const codes = component.map((token) => (token.kind === "character" ? token.code : undefined));
  return codes.includes(undefined) ? undefined : String.fromCodePoint(...codes.filter((code) => code !== undefined));
}

function codesOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

const width = (code: number): number => (code > 0xffff ? 2 : 1);

/** In one case. A sigma is written differently at the end of a word, which is no other letter. */
function folded(text: string): string {
  return text.toLowerCase().replaceAll("ς", "σ");
}

/** What of a snapshot is put back: what the globs say, a folder with all that is beneath it. */
import { nameGlob, pathGlob } from "../../core/glob.js";

export interface SelectionGlobs {
  /** Of whole paths below the share's root: a part of the address. undefined: everything. */
  readonly path?: string | undefined;
  /** Nothing else is put back, when there are any. Without a "/" of names, with one of whole paths. */
  readonly include?: readonly string[] | undefined;
  /** Never put back, whatever else says so; nor what is beneath. */
  readonly exclude?: readonly string[] | undefined;
}

/** Whether a folder above has been selected already, by each of the two. */
export interface Inherited {
  readonly byPath: boolean;
  readonly byInclude: boolean;
}

export interface Selected {
  /** Whether the node itself is put back. */
  readonly itself: boolean;
  /** Whether something beneath it may be. */
  readonly within: boolean;
  readonly inherited: Inherited;
}

type Test = (path: readonly string[]) => boolean;

const NOTHING: Selected = { itself: false, within: false, inherited: { byPath: false, byInclude: false } };

export class Selection {
  readonly #path: Test | undefined;
  readonly #include: readonly Test[] | undefined;
  readonly #exclude: readonly Test[];

  /** @throws SharestrataError `USAGE` when a glob cannot be used */
  constructor({ path, include, exclude }: SelectionGlobs = {}) {
    this.#path = path === undefined ? undefined : testOf(`/${path}`);
    this.#include = include === undefined || include.length === 0 ? undefined : include.map(testOf);
    this.#exclude = (exclude ?? []).map(testOf);
  }

  /** Of the folder that everything is put back from. */
  get top(): Inherited {
    return { byPath: this.#path === undefined, byInclude: this.#include === undefined };
  }

  get isWhole(): boolean {
    return this.top.byPath && this.top.byInclude && this.#exclude.length === 0;
  }

  /** @param path from below the share's root @param above what `of` has said of the folder it is in, or `top` */
  of(path: readonly string[], above: Inherited): Selected {
    if (this.#exclude.some((matches) => matches(path))) return NOTHING;
    const byPath = above.byPath || this.#path?.(path) === true;
    const byInclude = above.byInclude || this.#include?.some((matches) => matches(path)) === true;
    return { itself: byPath && byInclude, within: true, inherited: { byPath, byInclude } };
  }
}

function testOf(glob: string): Test {
  if (glob.includes("/")) {
    const compiled = pathGlob(glob);
    return (path) => compiled.matches(path);
  }
  const matches = nameGlob(glob);
  return (path) => matches(path.at(-1) ?? "");
}

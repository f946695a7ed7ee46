/** Sources that watch, refuse or fail: wrappers around a real one. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../../../../core/byte-range.js";
import { SourceError } from "../../../../core/errors.js";
import type {
  Source,
  SourceChild,
  SourceEntry,
  SourceOptions,
  SourcePath,
  SourceSession,
} from "../../../../daemon/sources/source.js";

export interface SessionHooks {
  /** Called before a file is read; may throw. */
  readonly onRead?: (path: string, entry: SourceEntry) => void;
  /** Called before a directory is listed; may throw. */
  readonly onList?: (path: string) => void;
  /** Called before a node is described; may throw. */
  readonly onDescribe?: (path: string) => void;
  /** What the listing tells instead of a child. */
  readonly onChild?: (path: string, child: SourceEntry) => readonly SourceChild[];
  /** What the source says of its root instead. */
  readonly onRoot?: (root: SourceEntry) => SourceEntry;
}

/** The source, with `hooks` called on the way. */
export function hookedSource(source: Source, hooks: SessionHooks): Source {
  return {
    uri: source.uri,
    check: (options) => source.check(options),
    async open(options) {
      return hookedSession(await source.open(options), hooks);
    },
  };
}

function hookedSession(session: SourceSession, hooks: SessionHooks): SourceSession {
  return {
    consistent: session.consistent,
    async root(options) {
      const root = await session.root(options);
      return hooks.onRoot?.(root) ?? root;
    },
    async *list(path: SourcePath, options?: SourceOptions) {
      hooks.onList?.(path.join("/"));
      const { onChild } = hooks;
      if (!onChild) return yield* session.list(path, options);
      for await (const page of session.list(path, options)) {
        yield page.flatMap((child) =>
          child.kind === "unreadable" ? [child] : onChild([...path, child.name].join("/"), child),
        );
      }
    },
    async describe(path, entry, options) {
      hooks.onDescribe?.(path.join("/"));
      return session.describe(path, entry, options);
    },
    async *read(path: SourcePath, entry: SourceEntry, options?: SourceOptions) {
      hooks.onRead?.(path.join("/"), entry);
      yield* session.read(path, entry, options);
    },
    async *readRange(path: SourcePath, entry: SourceEntry, range: ByteRange, options?: SourceOptions) {
      hooks.onRead?.(path.join("/"), entry);
      yield* session.readRange(path, entry, range, options);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

export function unreadable(path: string): SourceError {
  return new SourceError("FILE_UNREADABLE", `${path} cannot be read: the test says so.`);
}

/** Writes files by path, with the folders they lie in. */
export async function fill(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

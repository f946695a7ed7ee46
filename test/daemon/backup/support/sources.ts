/** Sources that watch, refuse or fail: wrappers around a real one. */
import { SourceError } from "../../../../core/errors.js";
import type {
  Source,
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
    root: (options) => session.root(options),
    async *list(path: SourcePath, options?: SourceOptions) {
      hooks.onList?.(path.join("/"));
      yield* session.list(path, options);
    },
    describe: (path, entry, options) => session.describe(path, entry, options),
    async *read(path: SourcePath, entry: SourceEntry, options?: SourceOptions) {
      hooks.onRead?.(path.join("/"), entry);
      yield* session.read(path, entry, options);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

export function unreadable(path: string): SourceError {
  return new SourceError("FILE_UNREADABLE", `${path} cannot be read: the test says so.`);
}

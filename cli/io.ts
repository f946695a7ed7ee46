/** What a command has of the world; tests pass their own. */
import type { Readable, Writable } from "node:stream";

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export type InputStream = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

export interface Io {
  /** Read only where a passphrase is asked for, which needs a terminal. */
  readonly stdin?: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted, with an `INTERRUPTED` error as the reason, when the command is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Adds a share to the text of a configuration, comments and order kept, and replaces the file in one step. The file
 * holds no secret, so it gets the mode that the umask allows (a service under another user has to read it); an
 * existing file keeps its mode and owner.
 */
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Document } from "yaml";
import { messageOf, SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { parseConfigDocument } from "./document.js";

const HEADING =
  " Sharestrata: what is backed up, and where to. Every key is explained in docs/configuration.md; secrets do not belong here.";

export interface ShareAddition {
  readonly name: ShareName;
  readonly source: string;
  /** Keys of the source that say how it is signed in to, as the configuration has them. */
  readonly signIn?: Readonly<Record<string, unknown>> | undefined;
  readonly store: string;
}

/**
 * @param text the configuration as it is; undefined writes a first one
 * @returns the text with the share in it
 */
export function withShare(
  file: string,
  text: string | undefined,
  { name, source, signIn, store }: ShareAddition,
): string {
  const document: Document = text === undefined ? new Document({}) : parseConfigDocument(file, text).document;
  if (text === undefined) document.commentBefore = HEADING;
  if (document.contents === null) document.contents = document.createNode({});
  if (document.get("shares") === null || document.get("shares") === undefined)
    document.set("shares", document.createNode({}));
  document.setIn(
    ["shares", formatShareName(name)],
    document.createNode({ source: signIn ? { url: source, ...signIn } : source, store }),
  );
  return document.toString({ lineWidth: 0 });
}

/** A new content for a file, lying beside it until it is committed. */
export interface StagedFile {
  /** Puts the content in the file's place, durably. */
  commit(): Promise<void>;
  /** Removes the content, if it was not committed. */
  discard(): Promise<void>;
}

/** @throws SharestrataError `FAILED` when nothing can be written there */
export async function stageFile(file: string, text: string): Promise<StagedFile> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const target = await realpath(file).catch(() => file);
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
    await writeDurably(temporary, text);
    await takeOver(target, temporary);
    return {
      commit: async () => {
        await rename(temporary, target);
        await syncFolder(dirname(target));
      },
      discard: () => rm(temporary, { force: true }),
    };
  } catch (error) {
    throw new SharestrataError("FAILED", `${file} cannot be written: ${messageOf(error)}.`, { file }, error);
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function takeOver(from: string, to: string): Promise<void> {
  const existing = await stat(from).catch(() => undefined);
  if (!existing) return;
  await chmod(to, existing.mode & 0o7777);
  if (process.getuid?.() === 0) await chown(to, existing.uid, existing.gid);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

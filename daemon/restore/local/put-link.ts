/** Puts symbolic links and further names of a file into a folder, at one moment each. */
import { link, symlink } from "node:fs/promises";
import type { Replacing } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { appear, removeQuietly } from "./appear.js";
import { type LocalAttributeTools, setLinkAttributes } from "./attributes.js";
import type { HeldFolder } from "./held-folder.js";
import { nodeAt } from "./local-node.js";
import type { LocalPlace } from "./put-file.js";
import { temporaryName } from "./temporary-name.js";

export async function putSymlink(
  { folder, path }: LocalPlace,
  wanted: WantedNode,
  linkTarget: string,
  { mayReplace }: Pick<Replacing, "mayReplace">,
  tools: LocalAttributeTools,
): Promise<void> {
  const { entry } = wanted;
  const metadata = await wanted.metadata();
  const temporary = temporaryName();
  const temporaryPath = folder.pathOf(temporary);
  await symlink(linkTarget, temporaryPath);
  try {
    await setLinkAttributes(temporaryPath, { entry, metadata, path: [...path, temporary], isOld: false }, tools);
    await appear(temporaryPath, folder.pathOf(entry.name), mayReplace);
  } catch (error) {
    await removeQuietly(temporaryPath);
    throw error;
  }
}

/** @param from the folder that holds the file under `fromName` */
export async function putHardLink(
  from: HeldFolder,
  fromName: string,
  folder: HeldFolder,
  name: string,
  { mayReplace }: Pick<Replacing, "mayReplace">,
): Promise<void> {
  const temporary = folder.pathOf(temporaryName());
  await link(from.pathOf(fromName), temporary);
  try {
    await appear(temporary, folder.pathOf(name), mayReplace);
  } finally {
    // Renaming one name of a file over another one of it does nothing, and leaves both.
    await removeQuietly(temporary);
  }
}

/** The folder that a path leads into, and the name within; each folder on the way is opened within the one above. */
export async function withFolderOf<T>(
  root: HeldFolder,
  path: readonly string[],
  work: (folder: HeldFolder, name: string) => Promise<T>,
): Promise<T> {
  const opened: HeldFolder[] = [];
  try {
    let folder = root;
    for (const component of path.slice(0, -1)) opened.push((folder = await folder.openChild(component)));
    return await work(folder, path.at(-1) ?? "");
  } finally {
    for (const folder of opened) await folder.close();
  }
}

export function linkIdAt(root: HeldFolder, path: readonly string[]): Promise<string | undefined> {
  return withFolderOf(root, path, async (folder, name) => (await nodeAt(folder.pathOf(name), name))?.linkId);
}

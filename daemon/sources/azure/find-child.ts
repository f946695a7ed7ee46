/** One child of a directory as a listing tells of it: by the same codec, so that equal means equal. */
import type { ShareClient } from "@azure/storage-file-share";
import type { SourceEntry, SourcePath } from "../source.js";
import { listPage } from "./list-page.js";

/** Names that begin with the wanted one may stand before it, but hardly so many. */
const MOST_PAGES = 4;
const PAGE_SIZE = 100;

export interface ChildSearch {
  readonly share: ShareClient;
  /** The folder that is backed up. */
  readonly folder: readonly string[];
  /** As in `SourceEntry`. Default: no. */
  readonly isPartial?: boolean | undefined;
  /** Makes a request, with retry. */
  readonly request: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** @param path of a file @returns undefined when there is none @throws what `request` throws */
export async function findFile(
  { share, folder, isPartial = false, request }: ChildSearch,
  path: SourcePath,
): Promise<SourceEntry | undefined> {
  const name = path.at(-1) ?? "";
  const parent = path.slice(0, -1);
  const directory = share.getDirectoryClient([...folder, ...parent].join("/"));
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const wanted = { marker, pageSize: PAGE_SIZE, prefix: name };
    const { children, nextMarker } = await request((signal) => listPage(directory, parent, wanted, signal, isPartial));
    for (const child of children) if (child.kind === "file" && child.name === name) return child;
    if (nextMarker === undefined) return undefined;
    marker = nextMarker;
  }
  return undefined;
}

/** What NFS shares have beside SMB ones: modes and owners, symbolic links, further names of a file. */
import type { ShareDirectoryClient, ShareFileClient } from "@azure/storage-file-share";
import { SharestrataError } from "../../../core/errors.js";
import { headerOfText, textOfHeader } from "../../sources/azure/properties.js";
import type { TargetNode } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { timeText } from "./properties.js";
import type { AzurePlace } from "./put-file.js";
import type { TargetRequests } from "./target-requests.js";

/** A listing tells neither kind nor mode: the node itself is asked. */
export async function describeNfsNode(
  node: TargetNode,
  client: ShareFileClient | ShareDirectoryClient,
  link: ShareFileClient,
  path: readonly string[],
  requests: TargetRequests,
): Promise<TargetNode> {
  const header = await requests.make(path, async (abortSignal) => {
    const { headers } = (await client.getProperties({ abortSignal }))._response;
    return (name: string): string | undefined => headers.get(name);
  });
  const mode = Number.parseInt(header("x-ms-mode") ?? "", 8);
  const uid = Number(header("x-ms-owner"));
  const gid = Number(header("x-ms-group"));
  const posix = Number.isNaN(mode + uid + gid) ? undefined : { mode, uid, gid };
  if (node.kind === "directory") return { ...node, posix };
  const linkId = Number(header("x-ms-link-count")) > 1 ? header("x-ms-file-id") : undefined;
  if (header("x-ms-file-file-type") !== "SymLink") return { ...node, posix, linkId };
  const { linkText } = await requests.make(path, (abortSignal) => link.getSymbolicLink({ abortSignal }));
  return {
    ...node,
    kind: "symlink",
    posix,
    linkId,
    linkTarget: linkText === undefined ? undefined : textOfHeader(linkText),
  };
}

export async function putSymlink(
  { file, path, requests }: AzurePlace,
  wanted: WantedNode,
  linkTarget: string,
): Promise<void> {
  const { posix, mtimeNs } = wanted.entry;
  const { createdNs } = await wanted.metadata();
  await requests.make(
    path,
    async (abortSignal) => {
      // The SDK declares times here and sends none; these are the names that its own request has for them.
      const times = {
        fileLastWriteOn: timeText(mtimeNs),
        ...(createdNs !== undefined && { fileCreatedOn: timeText(createdNs) }),
      };
      await file.createSymbolicLink(headerOfText(linkTarget), {
        ...times,
        ...(posix && { owner: String(posix.uid), group: String(posix.gid) }),
        abortSignal,
      });
    },
    { accept: ({ code }, isRepeated) => accepted(code, isRepeated) },
  );
}

/** @param target from below the share's root */
export async function putHardLink({ file, path, requests }: AzurePlace, target: readonly string[]): Promise<void> {
  await requests.make(
    path,
    async (abortSignal) => {
      await file.createHardLink(headerOfText(target.join("/")), { abortSignal });
    },
    { accept: ({ code }, isRepeated) => accepted(code, isRepeated) },
  );
}

/** What was made by a try whose answer was lost is there. */
function accepted(code: string | undefined, isRepeated: boolean): { readonly value: undefined } | undefined {
  if (code !== "ResourceAlreadyExists") return undefined;
  if (isRepeated) return { value: undefined };
  throw new SharestrataError("ALREADY_EXISTS", "It has come to be there meanwhile; --overwrite replaces it.");
}

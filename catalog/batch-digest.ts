/**
 * What a segment said, in 32 bytes: how a catalog tells later whether a stored segment is the one it has applied. Only
 * compared with what the same version of this code has made, so it may change with the catalog's format.
 */
import { createHash } from "node:crypto";
import type { ChangeBatch, NodePut } from "../core/node.js";

export function batchDigest({ firstVersion, bundles, contents, removals, puts }: ChangeBatch): Buffer {
  const hash = createHash("sha256");
  hash.update(`${firstVersion} ${bundles.length} ${contents.length} ${removals.length} ${puts.length}\n`);
  for (const { bundleId, firstContentId, count, sha256 } of bundles) {
    hash.update(`${bundleId} ${firstContentId} ${count}\n`).update(sha256);
  }
  for (const { kind, contentId, sha256 } of contents) hash.update(`${kind} ${contentId}\n`).update(sha256);
  for (const { nodeId, parentId, name } of removals) hash.update(`${nodeId} ${parentId} ${JSON.stringify(name)}\n`);
  for (const put of puts) hash.update(lineOf(put));
  return hash.digest();
}

function lineOf({ entry, movedFrom }: NodePut): string {
  const { nodeId, parentId, name, kind, sizeBytes, mtimeNs, xorhash, signature, contentId, posix } = entry;
  const owner = posix ? `${posix.mode} ${posix.uid} ${posix.gid}` : "";
  const from = movedFrom ? `${movedFrom.parentId} ${JSON.stringify(movedFrom.name)}` : "";
  return `${nodeId} ${parentId} ${JSON.stringify(name)} ${kind} ${sizeBytes} ${mtimeNs} ${xorhash} ${signature} ${contentId} ${owner} ${from}\n`;
}

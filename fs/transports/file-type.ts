/** What a node is, in the upper bits of a mode as `stat` has it. */
import { constants } from "node:fs";
import type { NodeKind } from "../../core/node.js";

export const FILE_TYPE: Readonly<Record<NodeKind, number>> = {
  directory: constants.S_IFDIR,
  file: constants.S_IFREG,
  symlink: constants.S_IFLNK,
};

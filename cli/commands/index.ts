/** Every command, in the order of the help text. */
import type { AnyCommand } from "../command.js";
import { backup } from "./backup.js";
import { catalogCheck } from "./catalog-check.js";
import { catalogCheckpoint } from "./catalog-checkpoint.js";
import { catalogRebuild } from "./catalog-rebuild.js";
import { catalogStats } from "./catalog-stats.js";
import { completion } from "./completion.js";
import { configCheck } from "./config-check.js";
import { diff } from "./diff.js";
import { find } from "./find.js";
import { history } from "./history.js";
import { init } from "./init.js";
import { keyAdd } from "./key-add.js";
import { keyList } from "./key-list.js";
import { keyRemove } from "./key-remove.js";
import { keyRotate } from "./key-rotate.js";
import { ls } from "./ls.js";
import { mount } from "./mount.js";
import { mounts } from "./mounts.js";
import { prune } from "./prune.js";
import { report } from "./report.js";
import { restore } from "./restore.js";
import { snapshots } from "./snapshots.js";
import { umount } from "./umount.js";
import { verify } from "./verify.js";

export const commands: readonly AnyCommand[] = [
  init,
  backup,
  snapshots,
  ls,
  find,
  history,
  diff,
  report,
  mount,
  mounts,
  umount,
  restore,
  verify,
  prune,
  keyAdd,
  keyList,
  keyRemove,
  keyRotate,
  configCheck,
  catalogCheck,
  catalogStats,
  catalogCheckpoint,
  catalogRebuild,
  completion,
];

/** Where a share's state lies on this machine. All of it can be rebuilt from the store. */
import { join } from "node:path";
import type { ShareName } from "../../core/names.js";
import type { Config } from "../config/config.js";

export interface StateFolders {
  readonly catalog: string;
  /** Within the catalog's: they live and die together. */
  readonly dedup: string;
}

export function stateFolders(config: Pick<Config, "stateDir">, { tenant, share }: ShareName): StateFolders {
  const folder = join(config.stateDir, tenant, share);
  return { catalog: join(folder, "catalog"), dedup: join(folder, "catalog", "dedup") };
}

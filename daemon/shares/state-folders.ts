/** Where a share's state lies on this machine. The catalog can be rebuilt from the store, and the rest does without. */
import { join } from "node:path";
import type { ShareName } from "../../core/names.js";
import type { Config } from "../config/config.js";

export interface StateFolders {
  readonly catalog: string;
  /** Within the catalog's: they live and die together. */
  readonly dedup: string;
  /** What verifying has found lost (losses-file.ts). */
  readonly losses: string;
  /** Copies of small records (record-copies.ts). */
  readonly records: string;
  /** Where the next sample of `verify` begins. */
  readonly verifyPosition: string;
  /** Where its next sample of files to compare with the source begins. */
  readonly comparePosition: string;
}

export function stateFolders(config: Pick<Config, "stateDir">, { tenant, share }: ShareName): StateFolders {
  const folder = join(config.stateDir, tenant, share);
  return {
    catalog: join(folder, "catalog"),
    dedup: join(folder, "catalog", "dedup"),
    losses: join(folder, "losses.json"),
    records: join(folder, "records"),
    verifyPosition: join(folder, "verify-position.json"),
    comparePosition: join(folder, "compare-position.json"),
  };
}

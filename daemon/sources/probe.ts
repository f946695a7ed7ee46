/** What a source lets us do with it, found out by asking, and leaving it as it was. */
import type { ErrorCode } from "../../core/errors.js";

/** In the order in which they are asked: what comes later needs what comes before. */
export const ABILITIES = ["signIn", "list", "read", "snapshot", "restore"] as const;
export type Ability = (typeof ABILITIES)[number];

export interface AbilityVerdict {
  /** `unknown` where it could not be asked, mostly because what it needs was refused. */
  readonly can: "yes" | "no" | "unknown";
  /** Why not, as one sentence; undefined for `yes`. */
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

/** What a source has nothing to do with is left out: a folder of this machine has no sign-in and no snapshots. */
export type Abilities = Partial<Readonly<Record<Ability, AbilityVerdict>>>;

export const YES: AbilityVerdict = { can: "yes" };

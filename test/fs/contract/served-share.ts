// What the contract tests of a mount are given: the mounted example, and what its transport can.
import { join } from "node:path";
import { it } from "vitest";
import type { ServedExample } from "../support/served-example.js";
import type { TransportFacts } from "../support/transports.js";

/** In force from `beforeAll` on. */
export interface Served {
  readonly facts: TransportFacts;
  readonly example: ServedExample;
  /** Where the share's snapshots are. */
  readonly shareRoot: string;
  /** The first snapshot, mounted and as the tree that it was made of. */
  readonly mounted: string;
  readonly original: string;
  /** The second one, mounted. */
  readonly edited: string;
}

export function servedFrom(example: ServedExample, facts: TransportFacts): Served {
  const [first, second] = example.snapshots;
  if (!first || !second) throw new Error("there are no two snapshots");
  const shareRoot = example.child.mountPoint;
  const [mounted, edited] = [join(shareRoot, first.name), join(shareRoot, second.name)];
  return { facts, example, shareRoot, mounted, edited, original: first.original };
}

/** The code a promise is rejected with, or "no error". */
export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (error as { code?: unknown }).code,
  );

/** `it` where the transport can do what is tested; elsewhere there is no such test, and nothing was passed over. */
export const when = (can: boolean): typeof it => (can ? it : ((() => undefined) as unknown as typeof it));

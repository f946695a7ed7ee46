// Runs what a mounted snapshot must do on one transport, over several kinds of store. `npm test` has everything over a local store and
// what depends on the store over the others; test/long has everything over the others too.
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { serveExample } from "../support/served-example.js";
import type { BuiltStore } from "../support/share-builder.js";
import type { TransportFacts } from "../support/transports.js";
import { describeAttributes } from "./attributes.js";
import { describeContents } from "./contents.js";
import { describeListing } from "./listing.js";
import { describeOpening } from "./opening.js";
import { describePaths } from "./paths.js";
import { describePosixReadSide } from "./posix-read-side.js";
import { describeReading } from "./reading.js";
import { describeSameness } from "./sameness.js";
import { servedFrom, type Served } from "./served-share.js";

const CONTENT = [describeContents, describeReading];
const PARTS = {
  content: CONTENT,
  everything: [
    ...CONTENT,
    describePosixReadSide,
    describeListing,
    describeOpening,
    describeAttributes,
    describePaths,
    describeSameness,
  ],
} as const;

/** @param stores and how much over each of them: only what the store has a part in, or everything */
export function describeTransport(
  facts: TransportFacts,
  stores: Readonly<Partial<Record<BuiltStore, keyof typeof PARTS>>>,
): void {
  describe.each(Object.entries(stores) as [BuiltStore, keyof typeof PARTS][])(
    `${facts.name}, %s store, %s:`,
    (store, extent) => {
      let served: Served | undefined;
      beforeAll(async () => {
        served = servedFrom(await serveExample(facts.name, { big: true, wide: true, store }), facts);
      });
      afterAll(async () => served?.example[Symbol.asyncDispose]());
      beforeEach((ctx) => requireCapability(ctx, "fuse", "diff", "rsync"));

      const get = (): Served => {
        if (!served) throw new Error("nothing is mounted");
        return served;
      };
      for (const describePart of PARTS[extent]) describePart(get, facts);
    },
  );
}

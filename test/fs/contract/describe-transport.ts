// Runs everything that a mounted snapshot must do on one transport, over every kind of store.
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { serveExample } from "../support/served-example.js";
import type { BuiltStore } from "../support/share-builder.js";
import type { TransportFacts } from "../support/transports.js";
import { describeAttributes } from "./attributes.js";
import { describeListing } from "./listing.js";
import { describeOpening } from "./opening.js";
import { describePaths } from "./paths.js";
import { describePosixReadSide } from "./posix-read-side.js";
import { describeReading } from "./reading.js";
import { describeSameness } from "./sameness.js";
import { servedFrom, type Served } from "./served-share.js";

const STORES: Readonly<Record<BuiltStore, string>> = {
  plain: "a local store",
  encrypted: "an encrypted share",
  remote: "a store that answers late",
};

export function describeTransport(facts: TransportFacts): void {
  describe.each(Object.entries(STORES) as [BuiltStore, string][])(`${facts.name}, %s:`, (store, _said) => {
    let served: Served | undefined;
    beforeAll(async () => {
      served = servedFrom(await serveExample(facts.name, { big: true, wide: true, store }), facts);
    }, 120_000);
    afterAll(async () => served?.example[Symbol.asyncDispose]());
    beforeEach((ctx) => requireCapability(ctx, "fuse", "diff", "rsync"));

    const get = (): Served => {
      if (!served) throw new Error("nothing is mounted");
      return served;
    };
    for (const part of [
      describePosixReadSide,
      describeListing,
      describeReading,
      describeOpening,
      describeAttributes,
      describePaths,
      describeSameness,
    ]) {
      part(get, facts);
    }
  });
}

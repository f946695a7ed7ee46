import { expect, it } from "vitest";
import { CountingStore } from "../../../store/wrappers/counting-store.js";
import { sharesOf } from "../../../store/shares/tenant-shares.js";
import { localStore } from "../support/stores.js";

it("finds every share of one tenant, with a listing each and one at the end", async () => {
  const objects = new CountingStore(await localStore());
  const shares = ["a", "a-b", "a.b", "a0", "B", "zz"];
  for (const share of shares) {
    for (const name of ["share.fb", "latest", "bundles/1", "snapshots/1"]) {
      await objects.put(`acme/${share}/${name}`, new Uint8Array(1));
    }
  }
  for (const tenant of ["acm", "acme2", "acme-"]) await objects.put(`${tenant}/x/share.fb`, new Uint8Array(1));
  objects.reset();
  const found: string[] = [];
  for await (const { tenant, share } of sharesOf(objects, "acme")) {
    expect(tenant).toBe("acme");
    found.push(share);
  }
  expect(found.toSorted()).toEqual(shares.toSorted());
  expect(objects.counts).toMatchObject({ list: shares.length + 1, listed: shares.length });
});

it("finds none of a tenant that is not there", async () => {
  for await (const share of sharesOf(await localStore(), "nobody")) expect(share).toBeUndefined();
  expect.assertions(0);
});

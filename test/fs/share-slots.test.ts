import { describe, expect, it } from "vitest";
import { MOST_SLOTS } from "../../fs/node-number.js";
import { ShareSlots } from "../../fs/share-slots.js";
import { codeOf } from "./support/unmounted.js";

const share = (n: number): { tenant: string; share: string } => ({ tenant: "acme", share: `s${n}` });

describe("numbers of shares", () => {
  it("are given once, from 0, and lead back", () => {
    const slots = new ShareSlots();
    expect([0, 1, 0, 2].map((n) => slots.slotOf(share(n)))).toEqual([0, 1, 0, 2]);
    expect(slots.nameOf(1)).toEqual(share(1));
    expect(slots.nameOf(3)).toBeUndefined();
    expect(slots.has(share(2))).toBe(true);
    expect(slots.has(share(3))).toBe(false);
  });

  it("come to an end, after which a share has none, and all others keep theirs", async () => {
    const slots = new ShareSlots();
    for (let n = 0; n < MOST_SLOTS; n++) slots.slotOf(share(n));
    expect(await codeOf(() => slots.slotOf(share(MOST_SLOTS)))).toBe("EOVERFLOW");
    expect(slots.has(share(MOST_SLOTS))).toBe(false);
    expect(slots.slotOf(share(7))).toBe(7);
  });
});

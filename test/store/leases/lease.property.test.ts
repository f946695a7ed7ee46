import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { LeaseLostError } from "../../../store/leases/lease-errors.js";
import type { ShareLease } from "../../../store/leases/share-lease.js";
import { FencedStore } from "../../../store/wrappers/fenced-store.js";
import { MemoryStore } from "../support/memory-store.js";
import { newShare } from "../support/stores.js";
import { Machines } from "./support/machines.js";

const step = fc.record({
  machine: fc.nat(1),
  // A machine that writes is awake, and may just have woken.
  what: fc.constantFrom("take", "take", "write", "write", "release", "asleep", "asleep", "stopped", "pass"),
  seconds: fc.integer({ min: 1, max: 70 }),
});

it("whoever sleeps, stops, comes and goes: what is written carries numbers that never go down, each of one writer", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const objects = new MemoryStore();
      await newShare(objects);
      const all = new Machines(objects);
      const machines = [await all.add("a"), await all.add("b")];
      const leases: (ShareLease | undefined)[] = [];
      const written: { readonly number: number; readonly machine: number }[] = [];
      for (const { machine: index, what, seconds } of steps) {
        const machine = machines[index]!;
        const lease = leases[index];
        if (what === "take" || what === "write" || what === "release") machine.state = "awake";
        if (what === "pass") await all.pass(seconds * 1000);
        else if (what === "asleep" || what === "stopped") machine.state = what;
        else if (what === "release") {
          await lease?.[Symbol.asyncDispose]();
          leases[index] = undefined;
        } else if (what === "take" && !lease) {
          leases[index] = await machine.take().catch((error: unknown) => {
            expect(error).toMatchObject({ code: "SHARE_BUSY" });
            return undefined;
          });
        } else if (what === "write" && lease) {
          const fenced = new FencedStore(objects, lease, () => false);
          const wrote = await fenced.putIfAbsent(`log/${written.length}`, new Uint8Array(1)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(LeaseLostError);
            return false;
          });
          if (!wrote) continue;
          expect(lease.number, "it writes, though another has taken over").toBe(await machine.store.leases.highest());
          written.push({ number: lease.number, machine: index });
        }
        await nextTurn();
      }
      for (const [at, { number, machine }] of written.entries()) {
        const before = written[at - 1];
        expect(
          before === undefined || before.number < number || (before.number === number && before.machine === machine),
        ).toBe(true);
      }
      for (const machine of machines) machine.state = "awake";
      // Nothing is left that locks the share: whoever comes next has it, when those who live have ended.
      for (const lease of leases) await lease?.[Symbol.asyncDispose]();
      await using last = await machines[0]!.take();
      await last.expectHeld();
      expect(last.number).toBeGreaterThan(written.at(-1)?.number ?? 0);
    }),
    { numRuns: 300 },
  );
});

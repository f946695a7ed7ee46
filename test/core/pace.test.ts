import { expect, it } from "vitest";
import { Pace } from "../../core/pace.js";

async function loop(pace: Pace, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const pause = pace.step();
    if (pause) await pause;
  }
}

it("lets others have their turn during a long loop", async () => {
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  await loop(new Pace(), 1_000_000);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
});

it("ends a loop whose signal is aborted while it goes on", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error("stopped")));
  await expect(loop(new Pace(controller.signal), 1_000_000)).rejects.toThrow("stopped");
});

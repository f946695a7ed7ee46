import { hostname } from "node:os";
import { expect, it } from "vitest";
import { openTables, type Tables } from "../../catalog/tables.js";
import { claimWriter } from "../../catalog/writer-claim.js";
import type { Clock } from "../../core/clock.js";
import { timeFromMs } from "../../core/time.js";
import { temporaryDirectory } from "../support/tmp.js";

const NOW = Date.UTC(2026, 10, 20);
const MINUTE = 60_000;
const clock: Clock = { now: () => timeFromMs(NOW) };

async function withTables(work: (tables: Tables) => Promise<void>): Promise<void> {
  await using folder = await temporaryDirectory();
  const tables = openTables(folder.path);
  try {
    await work(tables);
  } finally {
    await tables.environment.close();
  }
}

/** A claim as another process of this machine has it, but for what is told. */
async function heldBy(tables: Tables, differences: Readonly<Record<string, unknown>>): Promise<void> {
  const claim = await claimWriter(tables, { clock });
  const own = tables.meta.get("writer") as Record<string, unknown>;
  await claim[Symbol.asyncDispose]();
  await tables.meta.put("writer", { ...own, ...differences });
}

it.each([
  ["another machine", { boot: "another", host: "elsewhere" }],
  ["an earlier boot of this machine", { boot: "another", host: hostname() }],
])("a claim of %s holds for ten minutes after it was renewed last", async (_who, differences) => {
  await withTables(async (tables) => {
    await heldBy(tables, { ...differences, renewedMs: NOW - 10 * MINUTE + 1 });
    await expect(claimWriter(tables, { clock })).rejects.toMatchObject({ code: "SHARE_BUSY" });
    await heldByAgain(tables, NOW - 10 * MINUTE);
    await using _claim = await claimWriter(tables, { clock });
  });
});

async function heldByAgain(tables: Tables, renewedMs: number): Promise<void> {
  await tables.meta.put("writer", { ...(tables.meta.get("writer") as object), renewedMs });
}

it("a claim of this boot holds while its process lives, however long ago it was renewed, and not when its id was reused", async () => {
  await withTables(async (tables) => {
    await heldBy(tables, { renewedMs: 0, host: "renamed since" });
    await expect(claimWriter(tables, { clock })).rejects.toMatchObject({ code: "SHARE_BUSY" });
    await heldByAgain(tables, NOW);
    await tables.meta.put("writer", { ...(tables.meta.get("writer") as object), started: "1" });
    await using _claim = await claimWriter(tables, { clock });
  });
});

it("renews its claim while it holds it, and leaves one alone that another has taken over", async () => {
  await withTables(async (tables) => {
    let now = NOW;
    let renew = (): void => {};
    let stopped = 0;
    const claim = await claimWriter(tables, {
      clock: { now: () => timeFromMs(now) },
      every: (ms, work) => {
        expect(ms).toBe(MINUTE);
        renew = work;
        return () => void stopped++;
      },
    });
    now += MINUTE;
    renew();
    await tables.environment.flushed;
    expect(tables.meta.get("writer")).toMatchObject({ pid: process.pid, renewedMs: now });
    const other = { ...(tables.meta.get("writer") as object), boot: "another" };
    await tables.meta.put("writer", other);
    renew();
    await claim[Symbol.asyncDispose]();
    expect(stopped).toBe(1);
    expect(tables.meta.get("writer")).toEqual(other);
  });
});

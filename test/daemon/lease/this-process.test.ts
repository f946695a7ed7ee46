import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { readFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import type { FencingNumber } from "../../../core/ids.js";
import type { TimeNs } from "../../../core/time.js";
import { thisProcess } from "../../../daemon/lease/this-process.js";
import type { LeaseOwner, LeaseRecord } from "../../../store/leases/lease-record.js";
import { requireCapability } from "../../support/requires.js";

beforeEach((ctx) => requireCapability(ctx, "linux"));

const recordOf = (owner: LeaseOwner, token = "token"): LeaseRecord => ({
  share: { tenant: "acme", share: "docs" },
  number: 1 as FencingNumber,
  state: "held",
  token,
  beat: 0,
  expiryMs: 1,
  owner,
  since: 0n as TimeNs,
});

const { owner } = thisProcess;

it("says what tells this process from all others", () => {
  expect(owner).toMatchObject({ pid: process.pid, host: hostname() });
  expect(owner.started).toMatch(/^\d+$/);
  expect(owner.boot).toContain(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
});

it("a neighbour is there while it lives, and gone when it was killed or its id has another process", async () => {
  const child = spawn("sleep", ["60"]);
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  const neighbour = { ...owner, pid: child.pid ?? 0, started };
  expect(thisProcess.isGone(recordOf(neighbour))).toBe(false);
  expect(thisProcess.isGone(recordOf({ ...neighbour, started: "1" }))).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(thisProcess.isGone(recordOf(neighbour))).toBe(true);
});

it("of another boot, container or machine, or a process without a start time, nothing is known", () => {
  for (const stranger of [
    { ...owner, boot: "another" },
    { ...owner, started: "" },
  ]) {
    expect(thisProcess.isGone(recordOf({ ...stranger, pid: 1 }))).toBe(false);
  }
});

it("a lease of this process counts while it has it, and what an earlier one left does not", () => {
  thisProcess.begin("held");
  expect(thisProcess.isGone(recordOf(owner, "held"))).toBe(false);
  thisProcess.end("held");
  expect(thisProcess.isGone(recordOf(owner, "held"))).toBe(true);
});

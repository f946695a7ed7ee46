import { describe, expect, it } from "vitest";
import { summarise, type Outcome } from "./summary.js";

const passed: Outcome = { kind: "passed" };
const skipped = (title: string, reason?: string): Outcome => ({ kind: "skipped", title, reason });

describe("summarise", () => {
  it("counts and says nothing more when all passed", () => {
    expect(summarise([passed, passed], { forbidSkips: true })).toEqual({ lines: [], passed: 2, failed: 0, skipped: 0 });
  });

  it("lists skipped tests once under each reason", () => {
    const outcomes = [skipped("a", "no FUSE"), passed, skipped("b", "no rsync"), skipped("c", "no FUSE")];
    expect(summarise(outcomes, { forbidSkips: false })).toEqual({
      lines: ["", "Skipped, and why:", "  no FUSE", "    a", "    c", "  no rsync", "    b", ""],
      passed: 1,
      failed: 0,
      skipped: 3,
    });
  });

  it("takes a skip without a reason for a failure", () => {
    for (const reason of [undefined, "", " "]) {
      const summary = summarise([skipped("a", reason)], { forbidSkips: false });
      expect(summary).toMatchObject({ failed: 1, skipped: 0 });
      expect(summary.lines[0]).toBe("FAILED a");
    }
  });

  it("takes every skip for a failure and names it, where skipping is forbidden", () => {
    const summary = summarise([passed, skipped("a", "no FUSE")], { forbidSkips: true });
    expect(summary).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
    expect(summary.lines.join("\n")).toMatch(/FAILED a\n.*forbidden here: no FUSE/);
  });

  it("keeps the lines of a failure together", () => {
    const { lines } = summarise([{ kind: "failed", title: "t", reason: "one\ntwo" }], { forbidSkips: false });
    expect(lines).toEqual(["FAILED t", "       one", "       two", ""]);
  });
});

import { describe, expect, it } from "vitest";
import { obstacleTo, requireCapability, type Capability } from "./requires.js";

describe("requireCapability", () => {
  it("skips with a sentence exactly when there is an obstacle", () => {
    const all: Capability[] = [
      "fuse",
      "root",
      "nonroot",
      "linux",
      "rsync",
      "xattr",
      "systemd-analyze",
      "flatc",
      "diff",
      "tar",
    ];
    for (const capability of all) {
      const notes: (string | undefined)[] = [];
      const skip = (note?: string): never => {
        notes.push(note);
        throw new Error("skipped");
      };
      try {
        requireCapability({ skip }, capability);
      } catch {
        // What vitest does with the exception is not the matter here.
      }
      const obstacle = obstacleTo(capability);
      expect(notes).toEqual(obstacle === undefined ? [] : [obstacle]);
    }
  });

  it("gives the process either root or nonroot", () => {
    expect([obstacleTo("root"), obstacleTo("nonroot")].filter((obstacle) => obstacle === undefined)).toHaveLength(1);
  });
});

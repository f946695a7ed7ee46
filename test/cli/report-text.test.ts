// What a report looks like where a real share would be large work to make: hints, strange names, too many types.
import { describe, expect, it } from "vitest";
import type { SnapshotReport } from "../../catalog/analytics/report.js";
import { reportText } from "../../cli/commands/report-text.js";
import { ROOT_NODE } from "../../core/ids.js";
import type { TimeNs } from "../../core/time.js";

const report: SnapshotReport = {
  totals: { files: 1200, directories: 7, symlinks: 0, bytes: 4096 },
  averageBytes: 3.4,
  medianBytes: 3,
  types: {
    largest: [{ extension: "\u001B[2J", files: 1, bytes: 3072 }],
    others: { files: 1199, bytes: 1024 },
    extensions: undefined,
    missingBytes: 2048,
  },
  sizes: [
    { atMostBytes: 0, files: 0, bytes: 0 },
    { atMostBytes: 1024, files: 1199, bytes: 1024 },
    { atMostBytes: 16_384, files: 0, bytes: 0 },
    { atMostBytes: undefined, files: 1, bytes: 3072 },
  ],
  ages: [{ atMostDays: 0, files: 1200, bytes: 4096 }],
  largestFiles: [{ path: ["a\nb"], sizeBytes: 3072, mtimeNs: 0n as TimeNs }],
  largestDirectories: [{ directoryId: ROOT_NODE, path: [], files: 1200, bytes: 4096 }],
  duplicates: {
    groups: 1,
    files: 5,
    wastedBytes: 400,
    unsharedBytes: 100,
    spilledBytes: 0,
    largest: [{ sizeBytes: 100, files: 5, contents: 2, samples: [], paths: [["x"], ["y"], ["z"]] }],
  },
  growth: [],
};

describe("a report for people", () => {
  const text = reportText("acme/docs@x:/", report, true);

  it("tells proof from hint, and that there are more files than it names", () => {
    expect(text).toContain(
      "100 B of this is not shared in the store: xorhash and size are equal, which is a hint and not proof. " +
        "The rest has equal content ids, which is proof, and is stored once.\n" +
        "400 B: 5 × 100 B, probably equal, stored 2 times\n  /x\n  /y\n  /z\n  … and 2 more\n",
    );
  });

  it("says what it cannot tell exactly", () => {
    expect(text).toMatch(/^\(the other\) +1\u00A0199 /m);
    expect(text).toContain("There are very many extensions: each may have 2.00 KiB more than it is shown with.");
  });

  it("shows empty steps between others, and none at the ends", () => {
    expect(text).toMatch(/^Size +Files.*\nup to 1 KiB .*\nup to 16 KiB +0 .*\nmore than 16 KiB +1 .*\n\n/m);
  });

  it("does nothing to a terminal but appear on it, and shows a program names as they are", () => {
    expect(text).not.toContain("\u001B");
    expect(text).toContain("/a\\x0ab");
    expect(reportText("acme/docs@x:/", report, false)).toContain(".\u001B[2J");
  });
});

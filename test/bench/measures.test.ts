import { describe, expect, it } from "vitest";
import { changedPages, diskUsage, pageFingerprints } from "../../bench/support/disk-usage.js";
import { flatDirectory, flatName } from "../../bench/support/flat-directory.js";
import { openNaiveCatalog } from "../../bench/support/naive-catalog.js";
import { parseOptions } from "../../bench/support/options.js";
import { grouped, Report } from "../../bench/support/report.js";
import { compareUtf8 } from "../../core/utf8-order.js";
import { temporaryDirectory } from "../support/tmp.js";

describe("what the benchmark measures with", () => {
  it("tells every table of an environment, and the rest of its file", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openNaiveCatalog(folder.path);
    const before = pageFingerprints(folder.path);
    await catalog.begin();
    const usage = await diskUsage(folder.path);
    expect(usage.tables.map(({ name }) => name)).toContain("past-nodes");
    expect(usage.tables.find(({ name }) => name === "meta")).toMatchObject({ rows: 1, leafPages: 1, bytes: 4096 });
    expect(usage.tables.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(usage.bytes);
    expect(changedPages(before, pageFingerprints(folder.path))).toBeGreaterThan(0);
    expect(await catalog.begin()).toEqual({ number: 1, segments: 0, isPartial: false });
  });

  it("makes a flat directory's names in order, each other than the one before", () => {
    const names = Array.from({ length: 2000 }, (_, index) => flatName(index));
    expect(names.every((name, at) => at === 0 || compareUtf8(names[at - 1] ?? "", name) < 0)).toBe(true);
    const all = [...flatDirectory(20_000, 1)].flatMap(({ puts }) => puts.map(({ entry }) => entry));
    expect(all.map(({ nodeId }) => nodeId)).toEqual(all.map((_, index) => index + 1));
    expect(all).toHaveLength(20_002);
  });

  it("understands its arguments and says which it does not", () => {
    expect(parseOptions(["--nodes", "2_000", "--skip-naive"])).toMatchObject({ nodes: 2000, naive: false, flat: 5e6 });
    expect(() => parseOptions(["--nodes", "many"])).toThrow(/--nodes wants a whole number/);
    expect(() => parseOptions(["--node", "5"])).toThrow(/node/);
  });

  it("prints how many times naive a rate is, beside what was wanted", () => {
    const report = new Report("a machine", "a command");
    const section = report.open("A tree");
    report.rates.push({ section, measure: "ingest", unit: "nodes", catalog: 1_200_000, naive: 400_000, target: 3 });
    expect(report.toMarkdown()).toContain("| 1 200 000 | 400 000 |      3.00 × |  ≥ 3 × |");
    expect(grouped(999)).toBe("999");
  });
});

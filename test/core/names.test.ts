import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress, selectSnapshot } from "../../core/address.js";
import { isSnapshotName, nameProblem, parseShareName, snapshotName } from "../../core/names.js";
import { parseTime } from "../../core/time.js";

describe("an address", () => {
  it.each([
    ["acme/docs", { snapshot: undefined, path: undefined }],
    ["acme/docs@latest", { snapshot: { kind: "latest", back: 0 }, path: undefined }],
    ["acme/docs@latest~2:", { snapshot: { kind: "latest", back: 2 }, path: [] }],
    ["acme/docs:/a//b/./c", { snapshot: undefined, path: ["a", "b", "c"] }],
    [
      "acme/docs@2026-11-20T10-00-00Z:a:b@c",
      { snapshot: { kind: "name", name: "2026-11-20T10-00-00Z" }, path: ["a:b@c"] },
    ],
  ])("%s is read as written", (text, expected) => {
    expect(parseAddress(text)).toEqual({ share: { tenant: "acme", share: "docs" }, ...expected });
  });

  it.each([
    "",
    "acme",
    "acme/",
    "/docs",
    "acme/docs/x",
    "ac me/docs",
    "../docs",
    "acme/docs@",
    "acme/docs@newest",
    "acme/docs@latest~",
    "acme/docs:a/../b",
    `${"x".repeat(64)}/docs`,
  ])("%j is refused as a usage error in one sentence", (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "USAGE", exitStatus: 2 }));
  });

  it("is written as it is read", () => {
    for (const text of ["acme/docs", "acme/docs@latest~3", "acme/docs@2026-11-20T10-00-00Z:/a b/ü."]) {
      expect(formatAddress(parseAddress(text))).toBe(text);
    }
  });

  it("selects by name and by age, and nothing where there is nothing", () => {
    const snapshots = [{ name: "2026-01-01T00-00-00Z" }, { name: "2026-01-02T00-00-00Z" }];
    expect(selectSnapshot(snapshots, { kind: "latest", back: 0 })?.name).toBe("2026-01-02T00-00-00Z");
    expect(selectSnapshot(snapshots, { kind: "latest", back: 1 })?.name).toBe("2026-01-01T00-00-00Z");
    expect(selectSnapshot(snapshots, { kind: "latest", back: 2 })).toBeUndefined();
    expect(selectSnapshot(snapshots, { kind: "name", name: "2026-01-01T00-00-00Z" })).toBe(snapshots[0]);
  });
});

describe("names", () => {
  it("gives snapshots of one second names of their own, which are names again", () => {
    const taken = new Set<string>();
    for (let n = 0; n < 3; n++)
      taken.add(snapshotName(parseTime("2026-11-20T10:00:00.5Z")!, (name) => taken.has(name)));
    expect([...taken]).toEqual(["2026-11-20T10-00-00Z", "2026-11-20T10-00-00Z-2", "2026-11-20T10-00-00Z-3"]);
    expect([...taken].every(isSnapshotName)).toBe(true);
  });

  it.each(["", ".", "..", "a/b", "a\0b", "\ud800", "x\udc00y"])("finds %j unfit for a node", (name) => {
    expect(nameProblem(name)).toBeTypeOf("string");
  });

  it.each(["a", "...", "trailing.", "ü", "a\u0308", "😀", " ", "\n", "a\\b", "\ufffe"])(
    "finds %j fit for a node",
    (name) => {
      expect(nameProblem(name)).toBeUndefined();
    },
  );

  it("keeps tenant and share from naming anything but one folder each", () => {
    for (const text of ["a/..", "./b", "a/b/", "a\\b/c", "-a/b", "a/b-"]) {
      expect(() => parseShareName(text), text).toThrow(expect.objectContaining({ code: "USAGE" }));
    }
  });
});

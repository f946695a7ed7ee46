import { describe, expect, it } from "vitest";
import type { TimeNs } from "../../../core/time.js";
import { decide, OVERWRITE, type Action, type Overwrite } from "../../../daemon/restore/plan.js";
import type { Difference, TargetNode } from "../../../daemon/restore/target.js";

const node = (kind: TargetNode["kind"], isUnfinished = false): TargetNode => ({
  name: "x",
  kind,
  sizeBytes: 1,
  mtimeNs: 0n as TimeNs,
  isUnfinished,
});

function actions(
  kind: "file" | "directory" | "symlink",
  there: TargetNode | undefined,
  differences: readonly Difference[],
  mayDelete = false,
): Readonly<Record<Overwrite, Action>> {
  return Object.fromEntries(
    OVERWRITE.map((overwrite) => [
      overwrite,
      decide(kind, there, differences, { overwrite, delete: mayDelete }).action,
    ]),
  ) as Record<Overwrite, Action>;
}

const all = (never: Action, ifDifferent: Action, always: Action): Readonly<Record<Overwrite, Action>> => ({
  never,
  "if-different": ifDifferent,
  always,
});

describe("what is done with a name, for never, if-different and always", () => {
  it.each([
    ["a file that is missing", "file", undefined, [], all("create", "create", "create")],
    ["a file that is the same", "file", node("file"), [], all("leave", "leave", "compare")],
    ["a file of another size", "file", node("file"), ["size"], all("refuse", "overwrite", "overwrite")],
    ["a file that changed since", "file", node("file"), ["change time"], all("refuse", "overwrite", "overwrite")],
    ["a file with another mode", "file", node("file"), ["mode"], all("leave", "attributes", "compare")],
    ["an unfinished file", "file", node("file", true), ["size"], all("overwrite", "overwrite", "overwrite")],
    ["a link in a file's place", "file", node("symlink"), [], all("refuse", "replace", "replace")],
    ["a pipe in a file's place", "file", node("other"), [], all("refuse", "replace", "replace")],
    ["a folder in a file's place", "file", node("directory"), [], all("refuse", "refuse", "refuse")],
    ["a folder that is there", "directory", node("directory"), [], all("leave", "leave", "leave")],
    ["a folder with another mode", "directory", node("directory"), ["mode"], all("leave", "attributes", "attributes")],
    ["an unfinished folder", "directory", node("directory", true), [], all("attributes", "attributes", "attributes")],
    ["a file in a folder's place", "directory", node("file"), [], all("refuse", "replace", "replace")],
    [
      "a link that leads elsewhere",
      "symlink",
      node("symlink"),
      ["link target"],
      all("refuse", "overwrite", "overwrite"),
    ],
    ["a link that is the same", "symlink", node("symlink"), [], all("leave", "leave", "leave")],
  ] as const)("%s", (_, kind, there, differences, expected) => {
    expect(actions(kind, there, differences)).toEqual(expected);
  });

  it("a folder gives way to a file when it may be deleted and overwritten", () => {
    expect(actions("file", node("directory"), [], true)).toEqual(all("refuse", "replace", "replace"));
  });

  it("says in what it differs", () => {
    const { reason } = decide("file", node("file"), ["size", "time", "mode"], { overwrite: "always", delete: false });
    expect(reason).toBe("size, time differ");
  });
});

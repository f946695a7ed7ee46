import { describe, expect, it } from "vitest";
import { Selection, type SelectionGlobs } from "../../../daemon/restore/selection.js";

/** The paths that are selected, each asked with what was said of the folders above it. */
function selected(globs: SelectionGlobs, paths: readonly string[]): readonly string[] {
  const selection = new Selection(globs);
  return paths.filter((path) => {
    const names = path.split("/").slice(1);
    let inherited = selection.top;
    let itself = false;
    for (const depth of names.keys()) {
      const found = selection.of(names.slice(0, depth + 1), inherited);
      if (!found.within) return false;
      ({ inherited, itself } = found);
    }
    return itself;
  });
}

const PATHS = ["/a", "/a/x.pdf", "/a/b", "/a/b/y.pdf", "/a/b/z.txt", "/c", "/c/x.pdf"];

describe("what is selected", () => {
  it.each<[string, SelectionGlobs, readonly string[]]>([
    ["everything without globs", {}, PATHS],
    ["names, at any depth", { include: ["*.pdf"] }, ["/a/x.pdf", "/a/b/y.pdf", "/c/x.pdf"]],
    ["whole paths", { include: ["/a/*.pdf"] }, ["/a/x.pdf"]],
    ["a folder with all that is beneath it", { include: ["b"] }, ["/a/b", "/a/b/y.pdf", "/a/b/z.txt"]],
    ["all but what is excluded, with all beneath it", { exclude: ["b"] }, ["/a", "/a/x.pdf", "/c", "/c/x.pdf"]],
    ["what is excluded, although it is included", { include: ["*.pdf"], exclude: ["/c"] }, ["/a/x.pdf", "/a/b/y.pdf"]],
    ["what the address says", { path: "a/**/*.pdf" }, ["/a/x.pdf", "/a/b/y.pdf"]],
    ["what the address and --include say both", { path: "a/*", include: ["*.txt"] }, ["/a/b/z.txt"]],
  ])("%s", (_, globs, expected) => {
    expect(selected(globs, PATHS)).toEqual(expected);
  });

  it("is refused with a sentence when a glob is none", () => {
    expect(() => new Selection({ include: ["["] })).toThrow(/^The glob "\[" cannot be used/);
  });
});

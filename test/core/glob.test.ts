import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SharestrataError } from "../../core/errors.js";
import { nameGlob, pathGlob } from "../../core/glob.js";

const split = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");

describe("a glob for names", () => {
  it.each([
    ["*.pdf", ["a.pdf", ".pdf", "ü\n.pdf"], ["a.pdf2", "a.PDF", "apdf"]],
    ["?", ["a", "é", "😀"], ["", "ab"]],
    ["*??", ["ab", "😀a", "abc"], ["a", "😀"]],
    ["[a-c]x", ["ax", "cx"], ["dx", "x", "[a-c]x"]],
    ["[!a-c]x", ["dx", "-x", "😀x"], ["ax", "x"]],
    ["[^a]", ["b"], ["a"]],
    ["[]a]", ["]", "a"], ["[]a]"]],
    ["[!]a]", ["b"], ["]", "a"]],
    ["[a-]", ["a", "-"], ["b"]],
    ["[\\]\\-]", ["]", "-"], ["\\"]],
    ["[😀-😂]", ["😁"], ["a"]],
    ["a**b", ["ab", "axxb"], ["a"]],
    ["\\*\\[", ["*["], ["a[", "\\*["]],
    ["{a,b}(.*)", ["{a,b}(.x)"], ["a(.x)"]],
    ["~$*", ["~$may.docx"], ["may.docx"]],
    ["*a*b*", ["ab", "xaxbx"], ["ba"]],
  ])("%s", (pattern, matching, others) => {
    const matches = nameGlob(pattern);
    expect(matching.filter((name) => !matches(name))).toEqual([]);
    expect(others.filter((name) => matches(name))).toEqual([]);
  });

  it("takes letters of either case when told to, in sets too", () => {
    const matches = (pattern: string, name: string): boolean => nameGlob(pattern, { ignoreCase: true })(name);
    expect(matches("*.PdF", "Ü.pDf")).toBe(true);
    expect(matches("grÜßE", "GRüßE")).toBe(true);
    expect(matches("ΟΔΟΣ*", "οδος.txt")).toBe(true);
    expect(matches("[A-C]", "b")).toBe(true);
    expect(matches("[a-c]", "B")).toBe(true);
    expect(matches("[!A-C]", "b")).toBe(false);
    expect(matches("[A-_]", "^")).toBe(true);
  });

  it("matches what a naive recursion matches, whatever stars it has", () => {
    const text = (letters: string): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 9 });
    fc.assert(
      fc.property(text("ab*?"), text("abc"), (pattern, name) => {
        fc.pre(pattern !== "");
        expect(nameGlob(pattern)(name)).toBe(naive(pattern, name));
      }),
      { numRuns: 3000 },
    );
  });

  it("is done soon, whatever the pattern", () => {
    expect(nameGlob(`${"*a".repeat(100)}b`)("a".repeat(10_000))).toBe(false);
    expect(pathGlob(`${"**/a/".repeat(30)}b`).matches(Array.from({ length: 3000 }, () => "a"))).toBe(false);
  });
});

function naive(pattern: string, name: string): boolean {
  if (pattern === "") return name === "";
  if (pattern.startsWith("*")) return naive(pattern.slice(1), name) || (name !== "" && naive(pattern, name.slice(1)));
  return name !== "" && (pattern[0] === "?" || pattern[0] === name[0]) && naive(pattern.slice(1), name.slice(1));
}

describe("a glob for paths", () => {
  it.each([
    ["/a/*.txt", ["/a/x.txt"], ["/x.txt", "/a/b/x.txt", "/b/a/x.txt"]],
    ["a/*.txt", ["/a/x.txt"], ["/b/a/x.txt"]],
    ["**/x", ["/x", "/a/x", "/a/b/x"], ["/x/a"]],
    ["/a/**", ["/a", "/a/x", "/a/b/c"], ["/b", "/"]],
    ["/a/**/x", ["/a/x", "/a/b/c/x"], ["/a/b/c/y", "/x"]],
    ["**/a/**/b", ["/a/b", "/x/a/b", "/x/a/y/a/b"], ["/b/a"]],
    ["/", ["/"], ["/a"]],
    ["**", ["/", "/a", "/a/b"], []],
    ["./a//b/", ["/a/b"], ["/a"]],
  ])("%s", (pattern, matching, others) => {
    const glob = pathGlob(pattern);
    expect(matching.filter((path) => !glob.matches(split(path)))).toEqual([]);
    expect(others.filter((path) => glob.matches(split(path)))).toEqual([]);
  });

  it("says which folders all it matches lies beneath", () => {
    expect(pathGlob("/a/b\\*/*.txt").within).toEqual(["a", "b*"]);
    expect(pathGlob("/a/b").within).toEqual(["a"]);
    expect(pathGlob("/a/**").within).toEqual(["a"]);
    expect(pathGlob("/a/[b]/c/d").within).toEqual(["a"]);
    expect(pathGlob("**/a/b").within).toEqual([]);
    expect(pathGlob("/a/b/*", { ignoreCase: true }).within).toEqual([]);
  });
});

describe("a glob that means nothing", () => {
  it.each([
    ["", /it is empty/],
    ["a/b", /no name holds a "\/"/],
    ["[ab", /"\[" is not closed/],
    ["[", /"\[" is not closed/],
    ["[]", /"\[" is not closed/],
    ["a\\", /nothing stands behind/],
    ["[z-a]", /the range z-a is empty/],
    ["[[:alpha:]]", /\[:alpha:\]" are not known/],
  ])("as %j is refused in one sentence", (pattern, expected) => {
    expect(() => nameGlob(pattern)).toThrow(expected);
    expect(() => nameGlob(pattern)).toThrow(SharestrataError);
  });

  it("is refused in a path too", () => {
    expect(() => pathGlob("")).toThrow(/it is empty/);
    expect(() => pathGlob("/a/[b/c]")).toThrow(/not closed within its component/);
  });
});

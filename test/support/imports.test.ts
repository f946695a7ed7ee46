import { describe, expect, it } from "vitest";
import { importsIn } from "./imports.js";

describe("importsIn", () => {
  it("finds every form of import", () => {
    const source = `
      import "side-effect";
      import a, { type B } from 'a';
      import type { C } from "./c.js";
      import {
        d, // with a comment, from "nowhere"
        e,
      } from /* odd */ "d";
      export * from "f";
      export { g } from "../g.js";
      const h = await import("h"), i = require('i'), j = typeof import("j");
      type K = import("k").K;`;
    expect(importsIn(source)).toEqual(["side-effect", "a", "./c.js", "d", "f", "../g.js", "h", "i", "j", "k"]);
  });

  it("is not misled by what only looks like one", () => {
    const source = String.raw`
      // import "a";
      /* export * from 'b'
         import 'c' */
      const text = "import 'd'", more = 'from "e"', template = ${"`import 'f' ${from('g')}`"};
      const pattern = /from '"/.test(x), quote = /["'${"`"}]\/[/"]/;
      const from = { import: "h" }, copied = Array.from("i");
      const half = a / b / "j".length;`;
    expect(importsIn(source)).toEqual([]);
  });

  it("finds what comes after a regular expression with quotes in it", () => {
    const source = String.raw`const a = text.replace(/'/g, "x"); export { b } from "./b.js";`;
    expect(importsIn(source)).toEqual(["./b.js"]);
  });
});

// Owns finding what a TypeScript file imports, without a parser: comments and literals are told from code, and a string
// that stands after `from`, `import`, `import(` or `require(` is an import. Type-only imports count, since they too are knowledge.

/** The module names in the order they stand in `source`, as written. */
export function importsIn(source: string): readonly string[] {
  const imports: string[] = [];
  let code = ""; // what was before the literal, without comments; literals leave "" behind
  for (const [token] of source.matchAll(tokens)) {
    if (token.startsWith("//") || token.startsWith("/*")) {
      code += " ";
    } else if (/^["'`]/.test(token) && token.length >= 2) {
      if (importing.test(code)) imports.push(token.slice(1, -1));
      code = '""';
    } else if (/^\/./.test(token)) {
      code += "/re/";
    } else {
      code = (code + token).slice(-40);
    }
  }
  return imports;
}

// One token after the other: comment, string, template, regular expression (a slash where no operand came before), or one
// character of code.
const tokens = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`"(?:[^"\\\n]|\\.)*"`,
    String.raw`'(?:[^'\\\n]|\\.)*'`,
    "`(?:[^`\\\\]|\\\\[\\s\\S])*`",
    String.raw`(?<=(?:^|[=(,:[!&|?{};>]|\breturn)\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/`,
    String.raw`[\s\S]`,
  ].join("|"),
  "g",
);

const importing = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*$/;

/** A YAML text with the positions of its keys, so that whatever is found wrong with a value can be said with its line. */
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { ConfigError } from "./problems.js";

export type KeyPath = readonly PropertyKey[];

export interface ConfigDocument {
  readonly document: Document;
  /** The text as plain data; an empty file is `{}`. */
  readonly data: unknown;
  /** Line, from 1, of the key at the end of `path`, or of the last key on the way that exists. */
  readonly lineOf: (path: KeyPath) => number | undefined;
}

/** @throws ConfigError when the text is no YAML */
export function parseConfigDocument(file: string, text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new ConfigError(
      file,
      faults.map((fault) => ({
        line: lines.linePos(fault.pos[0]).line,
        key: "",
        text: `not valid YAML: ${decapitalised(fault.message)}`,
      })),
    );
  }
  return {
    document,
    data: document.toJS() ?? {},
    lineOf: (path) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

function offsetOf(document: Document, path: KeyPath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!isPair(pair)) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
    } else {
      break;
    }
  }
  return offset;
}

export function decapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}

// XML both ways: bodies the service writes, and the two small documents it reads. Clients decode names
// in entities but not numeric references, so what XML cannot hold travels percent-encoded.
import { StorageError } from "./errors.js";

const byteOrderMark = "\uFEFF";
const loneSurrogate = /\p{Surrogate}/u;

/** A whole document, as bytes, with the byte order mark the service puts first. */
export function xmlDocument(root: string): Buffer {
  return Buffer.from(`${byteOrderMark}<?xml version="1.0" encoding="utf-8"?>${root}`, "utf8");
}

/** An element; undefined or empty content makes an empty one. `content` is XML already. */
export function element(
  name: string,
  content: string | readonly string[] = "",
  attributes: Readonly<Record<string, string | undefined>> = {},
): string {
  let open = name;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) open += ` ${key}="${escapeXml(value)}"`;
  }
  const inner = typeof content === "string" ? content : content.join("");
  return inner === "" ? `<${open} />` : `<${open}>${inner}</${name}>`;
}

/** An element with text; absent when the text is. */
export function textElement(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? "" : element(name, escapeXml(String(text)));
}

/** An element for a file or directory name, percent-encoded and marked so where XML cannot hold it. */
export function nameElement(name: string, value: string): string {
  return needsEncoding(value) ? element(name, encodeName(value), { Encoded: "true" }) : element(name, escapeXml(value));
}

/** Whether a name has characters that an XML 1.0 document cannot carry unharmed. */
export function needsEncoding(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- exactly the characters XML 1.0 leaves out
  return /[\u0000-\u001f\ufffe\uffff]/.test(name) || /^\s+$/.test(name) || loneSurrogate.test(name);
}

export function encodeName(name: string): string {
  return encodeURIComponent(name.replace(loneSurrogate, "\uFFFD"));
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** An element of a document a client sent. */
export class XmlNode {
  readonly children: XmlNode[] = [];
  text = "";

  constructor(readonly name: string) {}

  child(name: string): XmlNode | undefined {
    return this.children.find((child) => child.name === name);
  }

  all(name: string): XmlNode[] {
    return this.children.filter((child) => child.name === name);
  }

  /** Text of a child; undefined when there is none. */
  textOf(name: string): string | undefined {
    return this.child(name)?.text;
  }

  /** Text of a child. Throws MissingRequiredXmlNode. */
  required(name: string): string {
    const text = this.textOf(name);
    if (text === undefined) throw new StorageError("MissingRequiredXmlNode", { XmlNodeName: name });
    return text;
  }

  /** A child that says true or false. Throws InvalidXmlNodeValue. */
  flag(name: string): boolean | undefined {
    const text = this.textOf(name)?.trim().toLowerCase();
    if (text === undefined) return undefined;
    if (text !== "true" && text !== "false") {
      throw new StorageError("InvalidXmlNodeValue", { XmlNodeName: name, XmlNodeValue: text });
    }
    return text === "true";
  }
}

const token = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([\w:.-]+)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>|([^<]+)/g;

/** The root element of a document. Throws InvalidXmlDocument. */
export function parseXml(body: Buffer): XmlNode {
  const text = body.toString("utf8").replace(byteOrderMark, "");
  const top = new XmlNode("");
  const open = [top];
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [whole, closing, name, , empty, characters] = match;
    if (match.index !== end) throw new StorageError("InvalidXmlDocument");
    end = match.index + whole.length;
    const current = open.at(-1)!;
    if (characters !== undefined) current.text += unescapeXml(characters);
    else if (name === undefined) continue;
    else if (closing) {
      if (open.pop()?.name !== name) throw new StorageError("InvalidXmlDocument");
    } else {
      const node = new XmlNode(name);
      current.children.push(node);
      if (!empty) open.push(node);
    }
  }
  const root = top.children[0];
  if (end !== text.length || open.length !== 1 || !root || top.children.length !== 1) {
    throw new StorageError("InvalidXmlDocument");
  }
  return root;
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, entity: string) => {
    if (!entity.startsWith("#")) return named[entity] ?? whole;
    const hex = entity[1]?.toLowerCase() === "x";
    const code = Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10);
    if (code > 0x10_ffff) throw new StorageError("InvalidXmlDocument");
    return String.fromCodePoint(code);
  });
}

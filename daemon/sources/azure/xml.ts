/**
 * Reads the service's XML: elements, attributes and text, in one pass and without building a tree. It understands what
 * the service and emulators send (numeric references included, which the SDK's parser leaves as they are) and refuses
 * everything that is not well-formed, above all a body that was cut short.
 */

export interface XmlHandler {
  /** @param attributes the text between the element's name and ">", for `attributeOf` */
  open(name: string, attributes: string): void;
  /** @param text what stood between the element's last tag and this one, decoded: all of it for a leaf */
  close(name: string, text: string): void;
}

export class MalformedXml extends Error {
  override readonly name = "MalformedXml";
}

/** @throws MalformedXml */
export function scanXml(body: string, handler: XmlHandler): void {
  const open: string[] = [];
  let elements = 0;
  let text = "";
  let at = 0;
  for (;;) {
    const start = body.indexOf("<", at);
    if (start < 0) break;
    if (start > at) text += decodeText(body.slice(at, start));
    if (body.startsWith("<![CDATA[", start)) {
      const end = endOf(body, "]]>", start);
      text += body.slice(start + 9, end);
      at = end + 3;
      continue;
    }
    if (body.startsWith("<?", start) || body.startsWith("<!--", start)) {
      const mark = body[start + 1] === "?" ? "?>" : "-->";
      at = endOf(body, mark, start) + mark.length;
      continue;
    }
    const end = endOf(body, ">", start);
    at = end + 1;
    if (body[start + 1] === "/") {
      const name = body.slice(start + 2, end).trimEnd();
      if (open.pop() !== name) throw new MalformedXml(`"</${name}>" closes nothing`);
      handler.close(name, text);
    } else {
      const empty = body[end - 1] === "/";
      const [name, attributes] = splitTag(body.slice(start + 1, empty ? end - 1 : end));
      handler.open(name, attributes);
      elements += 1;
      if (empty) handler.close(name, "");
      else open.push(name);
    }
    text = "";
  }
  if (open.length > 0 || elements === 0) throw new MalformedXml("the document is not complete");
}

export function attributeOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decodeText(value);
}

function splitTag(tag: string): readonly [name: string, attributes: string] {
  const space = tag.search(/\s/);
  const name = space < 0 ? tag : tag.slice(0, space);
  if (name === "" || name.startsWith("!")) throw new MalformedXml(`"<${tag.slice(0, 20)}" is not an element`);
  return [name, space < 0 ? "" : tag.slice(space + 1)];
}

function endOf(body: string, mark: string, from: number): number {
  const end = body.indexOf(mark, from);
  if (end < 0) throw new MalformedXml("the document is not complete");
  return end;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/**
 * Reads a page of a directory's listing as it arrives. Entries are read one by one from their bytes; what stands around them,
 * and a page that is written otherwise than the service writes them, is left to `parseListing`: both say the same of every page.
 */
import type { SourceChild, SourcePath } from "../source.js";
import { childOf } from "./entry.js";
import { CUT_OFF, EntryScanner, NOT_PLAIN } from "./entry-scanner.js";
import { ListedChild, nodeIn } from "./listed-child.js";
import { parseListing } from "./listing.js";
import { MalformedXml } from "./xml.js";

export interface ReadPage {
  readonly children: readonly SourceChild[];
  /** As in `ListedPage`. */
  readonly nextMarker: string | undefined;
}

const ENTRIES = Buffer.from("<Entries>");
const ENTRIES_END = Buffer.from("</Entries>");
const FILE = Buffer.from("<File>");
const FILE_END = Buffer.from("</File>");
const DIRECTORY = Buffer.from("<Directory>");
const DIRECTORY_END = Buffer.from("</Directory>");
/** Comments, CDATA and instructions, in which everything means something else. */
const SPECIAL = /<[!?]/;
const NOTHING = Buffer.alloc(0);

export class ListingReader {
  readonly #parent: SourcePath;
  readonly #isPartial: boolean;
  readonly #scanner = new EntryScanner();
  readonly #children: SourceChild[] = [];
  /** What has been read, in order. */
  readonly #read: Buffer[] = [];
  /** What has arrived and is not understood yet: less than an entry, mostly. */
  #rest: Buffer = NOTHING;
  #at: "head" | "entries" | "tail" = "head";
  #head = "";
  /** Whether the page is left to `parseListing` as a whole. */
  #isOtherwise = false;

  /**
   * @param parent the directory that is listed
   * @param isPartial whether entries of this share's listings are partial, as in `SourceEntry`
   */
  constructor(parent: SourcePath, isPartial = false) {
    this.#parent = parent;
    this.#isPartial = isPartial;
  }

  /** Takes the next bytes of the body, which must not change from then on. @throws MalformedXml */
  push(bytes: Buffer): void {
    if (this.#isOtherwise) {
      this.#read.push(bytes);
      return;
    }
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.#at === "head") this.#readHead();
    if (this.#at === "entries") this.#readEntries();
  }

  /** @returns the page, when the body has ended @throws MalformedXml when it is not a complete listing */
  finish(): ReadPage {
    if (!this.#isOtherwise && this.#at === "entries") throw new MalformedXml("the listing is not complete");
    if (!this.#isOtherwise && this.#at === "tail") {
      const { nodes, nextMarker } = parseListing(`${this.#head}</Entries>${this.#rest.toString("utf8")}`);
      if (nodes.length === 0) return { children: this.#children, nextMarker };
    }
    const { nodes, nextMarker } = parseListing(Buffer.concat([...this.#read, this.#rest]).toString("utf8"));
    return { children: nodes.map((node) => childOf(this.#parent, node, this.#isPartial)), nextMarker };
  }

  #readHead(): void {
    const start = this.#rest.indexOf(ENTRIES);
    if (start < 0) return;
    const head = this.#rest.toString("utf8", 0, start + ENTRIES.length);
    // `<Entries>` must be an element: not within another tag, a comment or the like.
    const before = head.slice(0, -ENTRIES.length);
    const declared = before.replace(/^\uFEFF?<\?xml[^<>]*\?>/, "");
    if (SPECIAL.test(declared) || before.lastIndexOf("<") > before.lastIndexOf(">")) {
      this.#leave();
      return;
    }
    this.#head = head;
    this.#at = "entries";
    this.#consume(start + ENTRIES.length);
  }

  #readEntries(): void {
    const bytes = this.#rest;
    let at = 0;
    for (;;) {
      let byte = bytes[at];
      while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
      const second = bytes[at + 1];
      // No entry is as short as the tag that closes them all.
      if (bytes.length - at < (second === 0x44 ? DIRECTORY : ENTRIES_END).length) break;
      if (second === 0x2f && isAt(bytes, at, ENTRIES_END)) {
        this.#at = "tail";
        at += ENTRIES_END.length;
        break;
      }
      const isDirectory = second === 0x44;
      if (!isAt(bytes, at, isDirectory ? DIRECTORY : FILE)) {
        this.#leave();
        return;
      }
      const end = this.#readEntry(bytes, at, isDirectory);
      if (end === CUT_OFF) break;
      if (end === NOT_PLAIN) {
        this.#leave();
        return;
      }
      at = end;
    }
    this.#consume(at);
  }

  /** @returns where it ends, CUT_OFF, or NOT_PLAIN when it cannot be told where, or whether it is one */
  #readEntry(bytes: Buffer, start: number, isDirectory: boolean): number {
    const end = this.#scanner.scan(bytes, start, isDirectory);
    if (end === CUT_OFF) return CUT_OFF;
    if (end !== NOT_PLAIN) {
      this.#children.push(new ListedChild(this.#scanner, bytes, start, end, this.#isPartial));
      return end;
    }
    const closing = isDirectory ? DIRECTORY_END : FILE_END;
    const closingAt = bytes.indexOf(closing, start);
    if (closingAt < 0) return CUT_OFF;
    const entryEnd = closingAt + closing.length;
    if (SPECIAL.test(bytes.toString("latin1", start, entryEnd))) return NOT_PLAIN;
    try {
      this.#children.push(childOf(this.#parent, nodeIn(bytes, start, entryEnd), this.#isPartial));
      return entryEnd;
    } catch (error) {
      if (error instanceof MalformedXml) return NOT_PLAIN;
      throw error;
    }
  }

  #leave(): void {
    this.#isOtherwise = true;
    this.#consume(this.#rest.length);
  }

  #consume(count: number): void {
    this.#read.push(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
  }
}

function isAt(bytes: Buffer, at: number, what: Buffer): boolean {
  for (let index = 0; index < what.length; index++) if (bytes[at + index] !== what[index]) return false;
  return true;
}

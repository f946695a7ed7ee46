/**
 * A child as a listing tells it, with what a comparison needs at hand. The rest of what the listing says is read from its XML
 * when somebody asks for it: of an unchanged node nobody does.
 */
import type { NodeKind, NodeMetadata } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import type { SourceEntry } from "../source.js";
import { entryOf } from "./entry.js";
import type { EntryScanner } from "./entry-scanner.js";
import { type ListedNode, parseListing } from "./listing.js";
import { MalformedXml } from "./xml.js";

const SECOND = 1_000_000_000n;

export class ListedChild implements SourceEntry {
  readonly name: string;
  readonly kind: NodeKind;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly signature: number;
  readonly isPartial: boolean;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  #whole: SourceEntry | undefined;

  /** @param bytes with the entry from `start` to `end`, which `scanned` has just scanned. They are kept, and must not change */
  constructor(scanned: EntryScanner, bytes: Buffer, start: number, end: number, isPartial: boolean) {
    const { nameStart, nameEnd } = scanned;
    this.name = bytes.toString(scanned.isNameAscii ? "latin1" : "utf8", nameStart, nameEnd);
    this.kind = scanned.isDirectory ? "directory" : "file";
    this.sizeBytes = scanned.sizeBytes;
    this.mtimeSeconds = scanned.mtimeSeconds;
    this.mtimeNanoseconds = scanned.mtimeNanoseconds;
    this.signature = scanned.signature;
    this.isPartial = isPartial;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get mtimeNs(): TimeNs {
    return (BigInt(this.mtimeSeconds) * SECOND + BigInt(this.mtimeNanoseconds)) as TimeNs;
  }

  get sourceId(): string | undefined {
    return this.#rest.sourceId;
  }

  get posix(): undefined {
    return undefined;
  }

  get metadata(): NodeMetadata {
    return this.#rest.metadata;
  }

  get #rest(): SourceEntry {
    return (this.#whole ??= entryOf(this.name, nodeIn(this.#bytes, this.#start, this.#end)));
  }
}

/** The one node of the listing's entry that is in `bytes` from `start` to `end`. @throws MalformedXml */
export function nodeIn(bytes: Buffer, start: number, end: number): ListedNode {
  const [node, ...others] = parseListing(`<r><Entries>${bytes.toString("utf8", start, end)}</Entries></r>`).nodes;
  if (node === undefined || others.length > 0) throw new MalformedXml("an entry is not one entry");
  return node;
}

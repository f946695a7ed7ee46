// A folder that keeps an emulator's state: a journal of changes, one line for all that happened together,
// and the bytes they refer to. A line is written at once and the bytes before it, so a process that is
// killed leaves whole changes, and at worst a torn last line, which is dropped.
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ChangeLog } from "../model/change-log.js";
import type { ByteSource, Content } from "../model/content.js";
import type { FileService } from "../model/file-service.js";
import type { Lease } from "../model/lease.js";
import type { NodeState } from "../model/node.js";
import type { SecurityDescriptor } from "../model/permissions.js";
import type { ServiceProperties } from "../model/service-properties.js";
import type { ShareRecord } from "../model/share-record.js";
import type { TreeLog } from "../model/stored-tree.js";
import { ContentFile } from "./content-file.js";
import { type Change, Replay } from "./replay.js";
import { type ByteStore, encodeState } from "./state-codec.js";

const maxChangesPerLine = 10_000;

export class StateFolder implements ChangeLog, ByteStore {
  readonly #journalPath: string;
  readonly #bytes: ContentFile;
  readonly #fd: number;
  readonly #settled = new WeakMap<ByteSource, ByteSource>();
  #pending: Change[] = [];
  #replaying = false;
  #closed = false;

  private constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#journalPath = join(folder, "journal.jsonl");
    this.#bytes = new ContentFile(join(folder, "content.bin"));
    this.#fd = openSync(this.#journalPath, "a+");
  }

  /** Opens or creates a folder. One emulator at a time may use it. */
  static open(folder: string): StateFolder {
    return new StateFolder(folder);
  }

  /** Brings back what the folder holds for these accounts; the rest is kept but not served. */
  restore(services: ReadonlyMap<string, FileService>): void {
    this.#replaying = true;
    try {
      const replay = new Replay(services, this);
      for (const line of this.#readJournal()) {
        for (const change of line) replay.apply(change);
      }
    } finally {
      this.#replaying = false;
    }
  }

  /** Writes all changes since the last call as one line. */
  commit(): void {
    if (this.#pending.length === 0 || this.#closed) return;
    const line = Buffer.from(`${JSON.stringify(this.#pending)}\n`);
    this.#pending = [];
    for (let at = 0; at < line.length;) at += writeSync(this.#fd, line, at);
  }

  close(): void {
    if (this.#closed) return;
    this.commit();
    this.#closed = true;
    closeSync(this.#fd);
    this.#bytes.close();
  }

  shareSaved(account: string, record: ShareRecord): void {
    this.#add(["share", account, record]);
  }

  shareRemoved(account: string, uid: number): void {
    this.#add(["unshare", account, uid]);
  }

  permissionAdded(account: string, uid: number, key: string, descriptor: SecurityDescriptor): void {
    this.#add(["permission", account, uid, key, descriptor]);
  }

  leaseChanged(account: string, uid: number, nodeId: string, lease: Lease | undefined): void {
    this.#add(["lease", account, uid, nodeId, lease ?? null]);
  }

  servicePropertiesSet(account: string, properties: ServiceProperties): void {
    this.#add(["service", account, properties]);
  }

  tree(account: string, uid: number): TreeLog {
    const known = new Map<string, Content>();
    return {
      nodeSet: (id: string, state: NodeState) => {
        if (!this.#replaying) {
          this.#add(["set", account, uid, id, encodeState(state, known.get(id), this)]);
        }
        if (state.kind === "file") known.set(id, state.content);
      },
      linked: (parentId, name, id) => this.#add(["link", account, uid, parentId, name, id]),
      unlinked: (parentId, name) => this.#add(["unlink", account, uid, parentId, name]),
      forgotten: (id) => {
        known.delete(id);
        this.#add(["forget", account, uid, id]);
      },
      store: (bytes) => this.#bytes.append(bytes),
    };
  }

  settle(source: ByteSource): ByteSource {
    if (source.position !== undefined) return source;
    const before = this.#settled.get(source);
    if (before) return before;
    const settled = this.#bytes.append(source.read(0, source.length));
    this.#settled.set(source, settled);
    return settled;
  }

  source(position: number, length: number): ByteSource {
    return this.#bytes.source(position, length);
  }

  #add(change: Change): void {
    if (this.#replaying) return;
    // Changes made without a request are written when the code that makes them yields.
    if (this.#pending.length === 0) queueMicrotask(() => this.commit());
    this.#pending.push(change);
    // A request makes a handful of changes. Seeding without requests makes any number, and one line
    // must stay far below the longest string there can be.
    if (this.#pending.length >= maxChangesPerLine) this.commit();
  }

  *#readJournal(): Generator<readonly Change[]> {
    const bytes = readFileSync(this.#journalPath);
    let at = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      yield JSON.parse(bytes.toString("utf8", at, end)) as readonly Change[];
      at = end + 1;
    }
    if (at < bytes.length) truncateSync(this.#journalPath, at);
  }
}

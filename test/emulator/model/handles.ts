// SMB handles on a share's live files and directories, put there by tests.
import type { Clock } from "./file-time.js";
import { formatMs } from "./file-time.js";
import type { FoundNode } from "./node.js";
import type { ResourcePath } from "./resource-path.js";

export interface Handle {
  /** Decimal text. */
  readonly id: string;
  readonly path: ResourcePath;
  readonly nodeId: string;
  readonly parentId: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly clientName: string;
  readonly opened: string;
  readonly accessRights: readonly ("Read" | "Write" | "Delete")[];
}

export class Handles {
  readonly #open = new Map<string, Handle>();
  #count = 0n;

  constructor(private readonly clock: Clock) {}

  /** Opens a handle as an SMB client would. */
  open(found: FoundNode, accessRights: Handle["accessRights"] = ["Read"]): Handle {
    const id = String(21_123_954_401n + 65_536n * this.#count++);
    const handle: Handle = {
      id,
      path: found.path,
      nodeId: found.id,
      parentId: found.parentId,
      sessionId: "9259720807067877377",
      clientIp: "10.0.0.4:49152",
      clientName: "client",
      opened: formatMs(this.clock()),
      accessRights,
    };
    this.#open.set(id, handle);
    return handle;
  }

  close(id: string): void {
    this.#open.delete(id);
  }

  /** Handles on a node and, if asked, on everything beneath it. */
  under(node: FoundNode, recursive: boolean): readonly Handle[] {
    const { length } = node.path;
    return [...this.#open.values()].filter(
      (handle) =>
        handle.nodeId === node.id ||
        (recursive && handle.path.length > length && node.path.every((name, index) => handle.path[index] === name)),
    );
  }
}

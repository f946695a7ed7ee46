// The leases of a share's files, by file id. Leases belong to the live share: snapshots know none.
import { checkLease, type Lease } from "./lease.js";

export class LeaseTable {
  readonly #byNode = new Map<string, Lease>();

  /** `changed` hears of every change. */
  constructor(
    private readonly nowMs: () => number,
    private readonly changed: (nodeId: string, lease: Lease | undefined) => void,
  ) {}

  get(nodeId: string): Lease | undefined {
    return this.#byNode.get(nodeId);
  }

  set(nodeId: string, lease: Lease): void {
    this.#byNode.set(nodeId, lease);
    this.changed(nodeId, lease);
  }

  remove(nodeId: string): void {
    if (this.#byNode.delete(nodeId)) this.changed(nodeId, undefined);
  }

  /** Hands a lease on when a file is replaced by a new one under the same name. */
  move(from: string, to: string): void {
    const lease = this.#byNode.get(from);
    if (!lease) return;
    this.remove(from);
    this.set(to, lease);
  }

  /** Throws when a write under this lease id is not allowed. */
  check(nodeId: string, leaseId: string | undefined): void {
    checkLease(this.#byNode.get(nodeId), this.nowMs(), leaseId, { on: "File", writes: true });
  }

  /** Throws when a read names a lease id that is not the file's. */
  checkRead(nodeId: string, leaseId: string | undefined): void {
    checkLease(this.#byNode.get(nodeId), this.nowMs(), leaseId, { on: "File", writes: false });
  }
}

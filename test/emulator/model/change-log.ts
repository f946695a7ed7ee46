// What the model tells whoever keeps it: every change, after it was made. The model works the same
// with a log that forgets everything.
import type { Lease } from "./lease.js";
import type { SecurityDescriptor } from "./permissions.js";
import type { ServiceProperties } from "./service-properties.js";
import type { ShareRecord } from "./share-record.js";
import { memoryLog, type TreeLog } from "./stored-tree.js";

export interface ChangeLog {
  /** A share came into being or any of its own properties changed. */
  shareSaved(account: string, record: ShareRecord): void;
  /** The share with this number is gone for good. */
  shareRemoved(account: string, uid: number): void;
  permissionAdded(account: string, uid: number, key: string, descriptor: SecurityDescriptor): void;
  /** `undefined` when the file is not leased any more. */
  leaseChanged(account: string, uid: number, nodeId: string, lease: Lease | undefined): void;
  servicePropertiesSet(account: string, properties: ServiceProperties): void;
  /** The log of one share's tree. */
  tree(account: string, uid: number): TreeLog;
}

/** Keeps nothing but bytes in memory. */
export const forgetfulLog: ChangeLog = {
  shareSaved: () => {},
  shareRemoved: () => {},
  permissionAdded: () => {},
  leaseChanged: () => {},
  servicePropertiesSet: () => {},
  tree: () => memoryLog,
};

/** Which object names a backend takes. Checked before a name becomes a path, so that none leads out of the store. */
import { StoreError } from "../../core/errors.js";

const COMPONENT = /^[A-Za-z0-9._-]+$/;
/** Names of folders a backend keeps to itself. */
const RESERVED = new Set([".", "..", ".tmp"]);
/** S3 and Azure Blob allow 1024 bytes. */
const LONGEST_NAME = 1024;

/** @throws StoreError `INTERNAL`: names are made by this program, so a wrong one is its fault */
export function checkObjectName(name: string): void {
  if (name.length > LONGEST_NAME || !name.split("/").every((part) => COMPONENT.test(part) && !RESERVED.has(part))) {
    throw new StoreError("INTERNAL", `"${name}" is not the name of an object.`, { fields: { object: name } });
  }
}

/** As `checkObjectName`, for what names begin with: the last component may be cut off anywhere, even before its start. */
export function checkPrefix(prefix: string): void {
  checkObjectName(`${prefix}x`);
}

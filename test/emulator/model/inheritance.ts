// The security descriptor a new file or directory gets from the directory it is made in (MS-DTYP 2.5.3.4):
// the entries meant for its kind, marked as inherited, with the creator's own where an entry says so.
import { assemble, binaryToSddl, daclEntries, sddlToBinary } from "./security-descriptor.js";
import type { SecurityDescriptor } from "./permissions.js";
import { sidAt, sidToBytes } from "./sid.js";
import { StorageError } from "../errors.js";

const objectInherit = 0x01;
const containerInherit = 0x02;
const noPropagate = 0x04;
const inheritOnly = 0x08;
const inherited = 0x10;
const allInheritance = objectInherit | containerInherit | noPropagate | inheritOnly;

/** SELF_RELATIVE, DACL_PRESENT and DACL_AUTO_INHERITED. */
const control = 0x8404;
/** Who creates things over REST with the account's key. */
const creator = sidToBytes("SY")!;
const standIns = new Set(["CO", "CG"]);
const plainTypes = new Set([0, 1]);

/** Undefined when the parent has nothing to give: then a default applies. */
export function inheritedDescriptor(
  parent: SecurityDescriptor,
  kind: "file" | "directory",
): SecurityDescriptor | undefined {
  const binary = parent.format === "Binary" ? parent.permission : sddlToBinary(parent.permission);
  const entries = daclEntries(Buffer.from(binary, "base64"));
  const dacl = (entries ?? []).flatMap((entry) => (kind === "file" ? toFile(entry) : toDirectory(entry)));
  if (dacl.length === 0) return undefined;
  const permission = assemble({ control, owner: creator, group: creator, dacl }).toString("base64");
  try {
    return { format: "Sddl", permission: binaryToSddl(permission) };
  } catch (error) {
    // An entry that SDDL has no words for is handed down in binary.
    if (!(error instanceof StorageError)) throw error;
    return { format: "Binary", permission };
  }
}

function toFile(entry: Buffer): Buffer[] {
  if (!(entry[1]! & objectInherit)) return [];
  return [withFlags(forCreator(entry), (entry[1]! & ~allInheritance) | inherited)];
}

function toDirectory(entry: Buffer): Buffer[] {
  const flags = entry[1]!;
  const stops = (flags & noPropagate) !== 0;
  // One that is meant for files alone only passes through.
  const onward = withFlags(entry, flags | inheritOnly | inherited);
  if (!(flags & containerInherit)) return flags & objectInherit && !stops ? [onward] : [];
  if (stops) return [withFlags(forCreator(entry), (flags & ~allInheritance) | inherited)];
  if (!isStandIn(entry)) return [withFlags(entry, (flags & ~inheritOnly) | inherited)];
  return [withFlags(forCreator(entry), (flags & ~allInheritance) | inherited), onward];
}

function isStandIn(entry: Buffer): boolean {
  return plainTypes.has(entry[0]!) && standIns.has(sidAt(entry, 8)?.text ?? "");
}

function forCreator(entry: Buffer): Buffer {
  if (!isStandIn(entry)) return entry;
  const own = Buffer.concat([entry.subarray(0, 8), creator]);
  own.writeUInt16LE(own.length, 2);
  return own;
}

function withFlags(entry: Buffer, flags: number): Buffer {
  const copy = Buffer.from(entry);
  copy[1] = flags;
  return copy;
}

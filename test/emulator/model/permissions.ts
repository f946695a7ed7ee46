// A share's permissions: security descriptors under keys that are made from their content, so the same
// descriptor always has the same key. Descriptors are kept as the client gave them.
import { createHash } from "node:crypto";
import { StorageError } from "../errors.js";
import { inheritedDescriptor } from "./inheritance.js";
import { binaryToSddl, checkSddl, sddlToBinary } from "./security-descriptor.js";

export type PermissionFormat = "Sddl" | "Binary";

export interface SecurityDescriptor {
  readonly format: PermissionFormat;
  /** SDDL text, or base64 of a self-relative descriptor. */
  readonly permission: string;
}

/** What a file, or the root and directories, get when nothing is said and nothing is inherited. */
const defaultFile = "O:SYG:SYD:(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1301bf;;;AU)(A;;0x1200a9;;;BU)";
const defaultDirectory = "O:SYG:SYD:(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)(A;OICI;0x1200a9;;;BU)";

export class Permissions {
  readonly #byKey = new Map<string, SecurityDescriptor>();
  readonly #inherited = new Map<string, string>();
  readonly defaultFileKey: string;
  readonly defaultDirectoryKey: string;

  /** `added` hears of each descriptor that was not there before. */
  constructor(private readonly added: (key: string, descriptor: SecurityDescriptor) => void) {
    this.defaultFileKey = this.add({ format: "Sddl", permission: defaultFile });
    this.defaultDirectoryKey = this.add({ format: "Sddl", permission: defaultDirectory });
  }

  /** Stores a descriptor and gives its key. Throws FileInvalidPermission. */
  add(descriptor: SecurityDescriptor): string {
    if (descriptor.format === "Sddl") checkSddl(descriptor.permission);
    else binaryToSddl(descriptor.permission, { anyAce: true });
    const key = keyOf(descriptor);
    if (!this.#byKey.has(key)) this.restore(key, descriptor);
    return key;
  }

  /** Enters a descriptor under a key it already has. */
  restore(key: string, descriptor: SecurityDescriptor): void {
    this.#byKey.set(key, descriptor);
    this.added(key, descriptor);
  }

  /** The key of what a new node gets in a directory that has the permission `parentKey`. */
  inherit(parentKey: string, kind: "file" | "directory"): string {
    const asked = `${kind} ${parentKey}`;
    const known = this.#inherited.get(asked);
    if (known !== undefined) return known;
    const parent = this.#byKey.get(parentKey);
    const descriptor = parent && inheritedDescriptor(parent, kind);
    const fallback = kind === "file" ? this.defaultFileKey : this.defaultDirectoryKey;
    const key = descriptor ? this.add(descriptor) : fallback;
    this.#inherited.set(asked, key);
    return key;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /**
   * The descriptor in the format asked for. Throws FileInvalidPermissionKey, and
   * CannotConvertToSddlDueToCustomAce when only the binary form can express it.
   */
  get(key: string, format: PermissionFormat): SecurityDescriptor {
    const found = this.#byKey.get(key);
    if (!found) throw new StorageError("FileInvalidPermissionKey");
    if (found.format === format) return found;
    return format === "Sddl"
      ? { format, permission: binaryToSddl(found.permission) }
      : { format, permission: sddlToBinary(found.permission) };
  }
}

function keyOf({ format, permission }: SecurityDescriptor): string {
  const hash = createHash("sha256").update(`${format}\n${permission}`).digest();
  return `${hash.readBigUInt64BE(0)}*${hash.readBigUInt64BE(8)}`;
}

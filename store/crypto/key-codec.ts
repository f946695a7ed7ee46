/** Key slots as they lie in the store. */
import { Builder, ByteBuffer } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { ShareName } from "../../core/names.js";
import { Key as KeyTable, KeyKind } from "../../schemas/generated/key_generated.js";
import { addBytes, addText, int64, uint32 } from "../building.js";
import { damaged, decodeEnvelope, encodeEnvelope, FORMAT_VERSION } from "../envelope.js";
import {
  checkFormat,
  checkIdentifier,
  decoding,
  enumValue,
  missing,
  optionalText,
  sha256Field,
  text,
  time,
} from "../fields.js";
import type { KeySlot, KeySlotId } from "./key-slot.js";
import { SALT_BYTES, WRAPPED_BYTES } from "./key-wrap.js";
import { costProblem } from "./scrypt-cost.js";

const IDENTIFIER = "SSKY";
const KINDS: readonly KeySlot["kind"][] = ["passphrase", "key-file"];

/** @returns the whole object to store under `name` */
export function encodeKeySlot(name: string, slot: KeySlot): Uint8Array {
  const builder = new Builder(512);
  const root = KeyTable.createKey(
    builder,
    FORMAT_VERSION,
    builder.createString(slot.share.tenant),
    builder.createString(slot.share.share),
    slot.kind === "passphrase" ? KeyKind.Passphrase : KeyKind.KeyFile,
    addText(builder, slot.label === "" ? undefined : slot.label),
    int64(slot.createdAt),
    uint32(slot.cost?.n ?? 0),
    uint32(slot.cost?.r ?? 0),
    uint32(slot.cost?.p ?? 0),
    addBytes(builder, slot.salt),
    addBytes(builder, slot.keyCheck),
    addBytes(builder, slot.wrapped),
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("key", name, builder.asUint8Array());
}

/** @throws DamagedError naming the object, also when it asks for more than a slot may; SharestrataError `NEWER_FORMAT` */
export function decodeKeySlot(name: string, share: ShareName, id: KeySlotId, object: Uint8Array): KeySlot {
  const payload = decodeEnvelope("key", name, object);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = KeyTable.getRootAsKey(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share) {
      throw damaged(name, `is a key of ${tenant}/${shareText}`);
    }
    const kind = enumValue(KINDS, table.kind(), "the kind");
    const cost = { n: table.scryptN(), r: table.scryptR(), p: table.scryptP() };
    const problem = kind === "passphrase" ? costProblem(cost) : undefined;
    if (problem !== undefined) throw damaged(name, `cannot be right: ${problem}`);
    return {
      share,
      id,
      kind,
      label: optionalText((encoding) => table.label(encoding)) ?? "",
      createdAt: time(table.createdNs()),
      cost: kind === "passphrase" ? cost : undefined,
      salt: bytesOf("the salt", table.saltArray(), SALT_BYTES),
      keyCheck: sha256Field("the check of the key", table.keyCheckArray()),
      wrapped: bytesOf("the wrapped key", table.wrappedArray(), WRAPPED_BYTES),
    };
  });
}

/** A copy. */
function bytesOf(what: string, value: Uint8Array | null, length: number): Uint8Array {
  if (value === null) throw missing(what);
  if (value.length !== length) throw new DamagedError(`${what} has ${value.length} bytes`, { where: what });
  return Uint8Array.prototype.slice.call(value);
}

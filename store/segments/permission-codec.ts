/** Permissions of a segment as FlatBuffers. */
import type { Builder, Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import { type PermissionDescriptor, permissionKeyProblem, type PermissionRecord } from "../../core/node.js";
import {
  Permission as PermissionTable,
  PermissionFormat as FormatNumber,
} from "../../schemas/generated/segment_generated.js";
import { addText, refuse } from "../building.js";
import { enumValue, optionalText, text } from "../fields.js";

const FORMATS: readonly PermissionDescriptor["format"][] = ["sddl", "binary"];
const FORMAT_NUMBERS = {
  sddl: FormatNumber.Sddl,
  binary: FormatNumber.Binary,
} as const satisfies Record<PermissionDescriptor["format"], FormatNumber>;

export function encodePermission(builder: Builder, { key, descriptor }: PermissionRecord): Offset {
  const problem = permissionKeyProblem(key);
  if (problem !== undefined) throw refuse(`A permission key cannot be stored: ${problem}.`);
  const keyOffset = builder.createString(key);
  const descriptorOffset = addText(builder, descriptor?.text);
  const format = FORMAT_NUMBERS[descriptor?.format ?? "sddl"];
  return PermissionTable.createPermission(builder, keyOffset, format, descriptorOffset);
}

export function decodePermission(table: PermissionTable): PermissionRecord {
  const key = keyOf(table);
  const problem = permissionKeyProblem(key);
  if (problem !== undefined) {
    throw new DamagedError(`a permission key is not allowed: ${problem}`, { where: "a permission key" });
  }
  const format = enumValue(FORMATS, table.format(), "the format of a permission");
  const descriptor = optionalText((encoding) => table.descriptor(encoding));
  return { key, descriptor: descriptor === undefined ? undefined : { format, text: descriptor } };
}

/** The key alone, for finding one among many. */
export function keyOf(table: PermissionTable): string {
  return text("a permission key", (encoding) => table.key(encoding));
}

/** Properties of the share that was backed up, within a manifest. */
import type { Builder, ByteBuffer, Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { AccessPolicy, ShareProperties } from "../../core/share-properties.js";
import {
  AccessPolicy as PolicyTable,
  Property as PropertyTable,
  ShareProperties as PropertiesTable,
} from "../../schemas/generated/manifest_generated.js";
import { ABSENT, addOptionalTables, addText } from "../building.js";
import { optionalText, text, vector } from "../fields.js";

type Texts = Readonly<Record<string, string>>;

export function encodeShareProperties(builder: Builder, share: ShareProperties | undefined): Offset {
  if (!share) return ABSENT;
  const properties = addRecord(builder, share.properties);
  const metadata = addRecord(builder, share.metadata);
  const policies = addOptionalTables(
    builder,
    (share.accessPolicies ?? []).map((policy) => encodePolicy(builder, policy)),
  );
  return PropertiesTable.createShareProperties(
    builder,
    properties,
    metadata,
    policies,
    share.accessPolicies !== undefined,
  );
}

function addRecord(builder: Builder, record: Texts): Offset {
  const tables = Object.entries(record).map(([name, value]) =>
    PropertyTable.createProperty(builder, builder.createString(name), builder.createString(value)),
  );
  return addOptionalTables(builder, tables);
}

function encodePolicy(builder: Builder, { id, startsAt, expiresAt, permissions }: AccessPolicy): Offset {
  const [starts, expires] = [addText(builder, startsAt), addText(builder, expiresAt)];
  return PolicyTable.createAccessPolicy(
    builder,
    builder.createString(id),
    starts,
    expires,
    addText(builder, permissions),
  );
}

export function decodeShareProperties(buffer: ByteBuffer, table: PropertiesTable | null): ShareProperties | undefined {
  if (table === null) return undefined;
  const policies = vector(
    buffer,
    table.accessPoliciesLength(),
    (index) => table.accessPolicies(index),
    (policy) => decodePolicy(policy),
  );
  return {
    properties: decodeRecord(buffer, table.propertiesLength(), (index) => table.properties(index)),
    metadata: decodeRecord(buffer, table.metadataLength(), (index) => table.metadata(index)),
    accessPolicies: table.hasAccessPolicies() ? policies : undefined,
  };
}

function decodeRecord(buffer: ByteBuffer, count: number, element: (index: number) => PropertyTable | null): Texts {
  const pairs = vector(
    buffer,
    count,
    element,
    (pair) =>
      [
        text("a property's name", (encoding) => pair.name(encoding)),
        text("a property's value", (encoding) => pair.value(encoding)),
      ] as const,
  );
  // fromEntries defines properties, so that a name such as __proto__ is one like any other.
  const record = Object.fromEntries(pairs);
  if (Object.keys(record).length === count) return record;
  throw new DamagedError("a property of the share occurs twice", { where: "share properties" });
}

function decodePolicy(table: PolicyTable): AccessPolicy {
  return {
    id: text("an access policy's id", (encoding) => table.id(encoding)),
    startsAt: optionalText((encoding) => table.starts(encoding)),
    expiresAt: optionalText((encoding) => table.expires(encoding)),
    permissions: optionalText((encoding) => table.permissions(encoding)),
  };
}

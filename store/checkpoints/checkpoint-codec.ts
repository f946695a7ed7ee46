/** Records of checkpoints as they lie in the store. */
import { Builder, ByteBuffer, type Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import {
  Checkpoint as CheckpointTable,
  CheckpointFile as FileTable,
  CheckpointPart as PartTable,
} from "../../schemas/generated/checkpoint_generated.js";
import { addSha256, addTables, refuse, uint32, uint64 } from "../building.js";
import { CODEC_NUMBERS, codecOf } from "../content/codec.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import {
  checkFormat,
  checkIdentifier,
  decoding,
  enumValue,
  id,
  missing,
  sha256Field,
  text,
  vector,
} from "../fields.js";
import type { ObjectNames } from "../object-names.js";
import { decodeRef, encodeRef } from "../snapshots/ref-codec.js";
import {
  ENVIRONMENT_NUMBERS,
  LARGEST_PART_BYTES,
  type Checkpoint,
  type CheckpointEnvironment,
  type CheckpointFile,
  type CheckpointPart,
} from "./checkpoint.js";

const IDENTIFIER = "SSCP";
const ENVIRONMENTS = Object.keys(ENVIRONMENT_NUMBERS) as CheckpointEnvironment[];

/** @returns the whole object to store under `name` */
export function encodeCheckpoint(name: string, checkpoint: Checkpoint, sealing: Sealing): Uint8Array {
  const problem = problemOf(checkpoint);
  if (problem !== undefined) throw refuse(`A checkpoint cannot be stored: ${problem}.`);
  const builder = new Builder(4096);
  const files = addTables(
    builder,
    checkpoint.files.map((file) => encodeFile(builder, file)),
  );
  const root = CheckpointTable.createCheckpoint(
    builder,
    FORMAT_VERSION,
    builder.createString(checkpoint.share.tenant),
    builder.createString(checkpoint.share.share),
    uint32(checkpoint.snapshot),
    addSha256(builder, checkpoint.manifestSha256),
    uint32(checkpoint.catalogFormat),
    uint64(checkpoint.versions),
    files,
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("checkpoint", name, builder.asUint8Array(), sealing);
}

function encodeFile(builder: Builder, { environment, sizeBytes, parts }: CheckpointFile): Offset {
  const tables = addTables(
    builder,
    parts.map(({ object, codec, plainBytes }) =>
      PartTable.createCheckpointPart(builder, encodeRef(builder, object), uint32(plainBytes), CODEC_NUMBERS[codec]),
    ),
  );
  return FileTable.createCheckpointFile(builder, ENVIRONMENT_NUMBERS[environment], uint64(sizeBytes), tables);
}

/** @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` */
export function decodeCheckpoint(
  name: string,
  names: ObjectNames,
  share: ShareName,
  snapshot: SnapshotNumber,
  object: Uint8Array,
  sealing: Sealing,
): Checkpoint {
  const payload = decodeEnvelope("checkpoint", name, object, sealing);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = CheckpointTable.getRootAsCheckpoint(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share || table.snapshot() !== snapshot) {
      throw damaged(name, `is the checkpoint of snapshot ${table.snapshot()} of ${tenant}/${shareText}`);
    }
    const checkpoint: Checkpoint = {
      share,
      snapshot,
      manifestSha256: sha256Field("the manifest's SHA-256", table.manifestSha256Array()),
      catalogFormat: table.catalogFormat(),
      versions: id(table.versions(), "the number of versions"),
      files: vector(
        buffer,
        table.filesLength(),
        (index) => table.files(index),
        (file) => decodeFile(buffer, file),
      ),
    };
    const problem = problemOf(checkpoint) ?? strangerIn(checkpoint, names);
    if (problem !== undefined) throw damaged(name, `cannot be right: ${problem}`);
    return checkpoint;
  });
}

function decodeFile(buffer: ByteBuffer, file: FileTable): CheckpointFile {
  return {
    environment: enumValue(ENVIRONMENTS, file.environment(), "an environment"),
    sizeBytes: id(file.size(), "the size of a file"),
    parts: vector(buffer, file.partsLength(), (index) => file.parts(index), decodePart),
  };
}

function decodePart(part: PartTable): CheckpointPart {
  const object = part.object();
  const codec = codecOf(part.codec());
  if (object === null) throw missing("the object of a part");
  if (codec === undefined) throw new DamagedError("a part is stored in a way that is not known", { where: "parts" });
  return { object: decodeRef(object), codec, plainBytes: part.size() };
}

/** Why it is not all of a catalog, or undefined. */
function problemOf({ files }: Checkpoint): string | undefined {
  if (files.map(({ environment }) => environment).join() !== ENVIRONMENTS.join()) {
    return "it does not hold each environment once";
  }
  for (const { environment, sizeBytes, parts } of files) {
    if (parts.length === 0) return `it has nothing of the ${environment}`;
    if (parts.some(({ plainBytes }) => plainBytes < 1 || plainBytes > LARGEST_PART_BYTES)) {
      return "a part is empty or too large";
    }
    if (parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0) !== sizeBytes) {
      return `the parts do not make up the ${environment}`;
    }
  }
  return undefined;
}

/** A record may name nothing but its own parts: the n-th of all files is part n. */
function strangerIn({ files, snapshot }: Checkpoint, names: ObjectNames): string | undefined {
  const found = files.flatMap(({ parts }) => parts.map(({ object }) => object.name));
  const stranger = found.find((name, number) => name !== names.checkpointPart(snapshot, number));
  return stranger === undefined ? undefined : "it names an object that is not its own";
}

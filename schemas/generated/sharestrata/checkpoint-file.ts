// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { CatalogEnvironment } from '../sharestrata/catalog-environment.js';
import { CheckpointPart, CheckpointPartT } from '../sharestrata/checkpoint-part.js';


export class CheckpointFile {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):CheckpointFile {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsCheckpointFile(bb:flatbuffers.ByteBuffer, obj?:CheckpointFile):CheckpointFile {
  return (obj || new CheckpointFile()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsCheckpointFile(bb:flatbuffers.ByteBuffer, obj?:CheckpointFile):CheckpointFile {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new CheckpointFile()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

environment():CatalogEnvironment {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : CatalogEnvironment.Tree;
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

parts(index: number, obj?:CheckpointPart):CheckpointPart|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? (obj || new CheckpointPart()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

partsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startCheckpointFile(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addEnvironment(builder:flatbuffers.Builder, environment:CatalogEnvironment) {
  builder.addFieldInt8(0, environment, CatalogEnvironment.Tree);
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(1, size, BigInt('0'));
}

static addParts(builder:flatbuffers.Builder, partsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, partsOffset, 0);
}

static createPartsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPartsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endCheckpointFile(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static createCheckpointFile(builder:flatbuffers.Builder, environment:CatalogEnvironment, size:bigint, partsOffset:flatbuffers.Offset):flatbuffers.Offset {
  CheckpointFile.startCheckpointFile(builder);
  CheckpointFile.addEnvironment(builder, environment);
  CheckpointFile.addSize(builder, size);
  CheckpointFile.addParts(builder, partsOffset);
  return CheckpointFile.endCheckpointFile(builder);
}

unpack(): CheckpointFileT {
  return new CheckpointFileT(
    this.environment(),
    this.size(),
    this.bb!.createObjList(this.parts.bind(this), this.partsLength())
  );
}


unpackTo(_o: CheckpointFileT): void {
  _o.environment = this.environment();
  _o.size = this.size();
  _o.parts = this.bb!.createObjList(this.parts.bind(this), this.partsLength());
}
}

export class CheckpointFileT {
constructor(
  public environment: CatalogEnvironment = CatalogEnvironment.Tree,
  public size: bigint = BigInt('0'),
  public parts: (CheckpointPartT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const parts = CheckpointFile.createPartsVector(builder, builder.createObjectOffsetList(this.parts));

  return CheckpointFile.createCheckpointFile(builder,
    this.environment,
    this.size,
    parts
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { IdRange, IdRangeT } from '../sharestrata/id-range.js';


export class RewrittenBundle {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):RewrittenBundle {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsRewrittenBundle(bb:flatbuffers.ByteBuffer, obj?:RewrittenBundle):RewrittenBundle {
  return (obj || new RewrittenBundle()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsRewrittenBundle(bb:flatbuffers.ByteBuffer, obj?:RewrittenBundle):RewrittenBundle {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new RewrittenBundle()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

bundleId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

sha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

sha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

sha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

contents(index: number, obj?:IdRange):IdRange|null {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? (obj || new IdRange()).__init(this.bb!.__vector(this.bb_pos + offset) + index * 16, this.bb!) : null;
}

contentsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startRewrittenBundle(builder:flatbuffers.Builder) {
  builder.startObject(4);
}

static addBundleId(builder:flatbuffers.Builder, bundleId:bigint) {
  builder.addFieldInt64(0, bundleId, BigInt('0'));
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(1, size, BigInt('0'));
}

static addSha256(builder:flatbuffers.Builder, sha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(2, sha256Offset, 0);
}

static createSha256Vector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startSha256Vector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static addContents(builder:flatbuffers.Builder, contentsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(3, contentsOffset, 0);
}

static startContentsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(16, numElems, 8);
}

static endRewrittenBundle(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 8) // sha256
  return offset;
}

static createRewrittenBundle(builder:flatbuffers.Builder, bundleId:bigint, size:bigint, sha256Offset:flatbuffers.Offset, contentsOffset:flatbuffers.Offset):flatbuffers.Offset {
  RewrittenBundle.startRewrittenBundle(builder);
  RewrittenBundle.addBundleId(builder, bundleId);
  RewrittenBundle.addSize(builder, size);
  RewrittenBundle.addSha256(builder, sha256Offset);
  RewrittenBundle.addContents(builder, contentsOffset);
  return RewrittenBundle.endRewrittenBundle(builder);
}

unpack(): RewrittenBundleT {
  return new RewrittenBundleT(
    this.bundleId(),
    this.size(),
    this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length()),
    this.bb!.createObjList(this.contents.bind(this), this.contentsLength())
  );
}


unpackTo(_o: RewrittenBundleT): void {
  _o.bundleId = this.bundleId();
  _o.size = this.size();
  _o.sha256 = this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length());
  _o.contents = this.bb!.createObjList(this.contents.bind(this), this.contentsLength());
}
}

export class RewrittenBundleT {
constructor(
  public bundleId: bigint = BigInt('0'),
  public size: bigint = BigInt('0'),
  public sha256: (number)[] = [],
  public contents: (IdRangeT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const sha256 = RewrittenBundle.createSha256Vector(builder, this.sha256);
  const contents = builder.createStructOffsetList(this.contents, RewrittenBundle.startContentsVector);

  return RewrittenBundle.createRewrittenBundle(builder,
    this.bundleId,
    this.size,
    sha256,
    contents
  );
}
}

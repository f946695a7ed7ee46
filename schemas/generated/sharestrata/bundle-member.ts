// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Codec } from '../sharestrata/codec.js';


export class BundleMember {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):BundleMember {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsBundleMember(bb:flatbuffers.ByteBuffer, obj?:BundleMember):BundleMember {
  return (obj || new BundleMember()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsBundleMember(bb:flatbuffers.ByteBuffer, obj?:BundleMember):BundleMember {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new BundleMember()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

contentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

offset():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

storedSize():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

size():number {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

codec():Codec {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : Codec.Stored;
}

sha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

sha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

sha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

static startBundleMember(builder:flatbuffers.Builder) {
  builder.startObject(6);
}

static addContentId(builder:flatbuffers.Builder, contentId:bigint) {
  builder.addFieldInt64(0, contentId, BigInt('0'));
}

static addOffset(builder:flatbuffers.Builder, offset:bigint) {
  builder.addFieldInt64(1, offset, BigInt('0'));
}

static addStoredSize(builder:flatbuffers.Builder, storedSize:number) {
  builder.addFieldInt32(2, storedSize, 0);
}

static addSize(builder:flatbuffers.Builder, size:number) {
  builder.addFieldInt32(3, size, 0);
}

static addCodec(builder:flatbuffers.Builder, codec:Codec) {
  builder.addFieldInt8(4, codec, Codec.Stored);
}

static addSha256(builder:flatbuffers.Builder, sha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(5, sha256Offset, 0);
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

static endBundleMember(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 14) // sha256
  return offset;
}

static createBundleMember(builder:flatbuffers.Builder, contentId:bigint, offset:bigint, storedSize:number, size:number, codec:Codec, sha256Offset:flatbuffers.Offset):flatbuffers.Offset {
  BundleMember.startBundleMember(builder);
  BundleMember.addContentId(builder, contentId);
  BundleMember.addOffset(builder, offset);
  BundleMember.addStoredSize(builder, storedSize);
  BundleMember.addSize(builder, size);
  BundleMember.addCodec(builder, codec);
  BundleMember.addSha256(builder, sha256Offset);
  return BundleMember.endBundleMember(builder);
}

unpack(): BundleMemberT {
  return new BundleMemberT(
    this.contentId(),
    this.offset(),
    this.storedSize(),
    this.size(),
    this.codec(),
    this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length())
  );
}


unpackTo(_o: BundleMemberT): void {
  _o.contentId = this.contentId();
  _o.offset = this.offset();
  _o.storedSize = this.storedSize();
  _o.size = this.size();
  _o.codec = this.codec();
  _o.sha256 = this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length());
}
}

export class BundleMemberT {
constructor(
  public contentId: bigint = BigInt('0'),
  public offset: bigint = BigInt('0'),
  public storedSize: number = 0,
  public size: number = 0,
  public codec: Codec = Codec.Stored,
  public sha256: (number)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const sha256 = BundleMember.createSha256Vector(builder, this.sha256);

  return BundleMember.createBundleMember(builder,
    this.contentId,
    this.offset,
    this.storedSize,
    this.size,
    this.codec,
    sha256
  );
}
}

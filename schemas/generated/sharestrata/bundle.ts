// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class Bundle {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Bundle {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsBundle(bb:flatbuffers.ByteBuffer, obj?:Bundle):Bundle {
  return (obj || new Bundle()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsBundle(bb:flatbuffers.ByteBuffer, obj?:Bundle):Bundle {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Bundle()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

bundleId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

firstContentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

count():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

sha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

sha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

sha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

static startBundle(builder:flatbuffers.Builder) {
  builder.startObject(5);
}

static addBundleId(builder:flatbuffers.Builder, bundleId:bigint) {
  builder.addFieldInt64(0, bundleId, BigInt('0'));
}

static addFirstContentId(builder:flatbuffers.Builder, firstContentId:bigint) {
  builder.addFieldInt64(1, firstContentId, BigInt('0'));
}

static addCount(builder:flatbuffers.Builder, count:number) {
  builder.addFieldInt32(2, count, 0);
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(3, size, BigInt('0'));
}

static addSha256(builder:flatbuffers.Builder, sha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(4, sha256Offset, 0);
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

static endBundle(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 12) // sha256
  return offset;
}

static createBundle(builder:flatbuffers.Builder, bundleId:bigint, firstContentId:bigint, count:number, size:bigint, sha256Offset:flatbuffers.Offset):flatbuffers.Offset {
  Bundle.startBundle(builder);
  Bundle.addBundleId(builder, bundleId);
  Bundle.addFirstContentId(builder, firstContentId);
  Bundle.addCount(builder, count);
  Bundle.addSize(builder, size);
  Bundle.addSha256(builder, sha256Offset);
  return Bundle.endBundle(builder);
}

unpack(): BundleT {
  return new BundleT(
    this.bundleId(),
    this.firstContentId(),
    this.count(),
    this.size(),
    this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length())
  );
}


unpackTo(_o: BundleT): void {
  _o.bundleId = this.bundleId();
  _o.firstContentId = this.firstContentId();
  _o.count = this.count();
  _o.size = this.size();
  _o.sha256 = this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length());
}
}

export class BundleT {
constructor(
  public bundleId: bigint = BigInt('0'),
  public firstContentId: bigint = BigInt('0'),
  public count: number = 0,
  public size: bigint = BigInt('0'),
  public sha256: (number)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const sha256 = Bundle.createSha256Vector(builder, this.sha256);

  return Bundle.createBundle(builder,
    this.bundleId,
    this.firstContentId,
    this.count,
    this.size,
    sha256
  );
}
}

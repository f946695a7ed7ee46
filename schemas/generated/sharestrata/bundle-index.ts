// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { BundleMember, BundleMemberT } from '../sharestrata/bundle-member.js';


export class BundleIndex {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):BundleIndex {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsBundleIndex(bb:flatbuffers.ByteBuffer, obj?:BundleIndex):BundleIndex {
  return (obj || new BundleIndex()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsBundleIndex(bb:flatbuffers.ByteBuffer, obj?:BundleIndex):BundleIndex {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new BundleIndex()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSBI');
}

format():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint16(this.bb_pos + offset) : 0;
}

bundleId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

members(index: number, obj?:BundleMember):BundleMember|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? (obj || new BundleMember()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

membersLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startBundleIndex(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addFormat(builder:flatbuffers.Builder, format:number) {
  builder.addFieldInt16(0, format, 0);
}

static addBundleId(builder:flatbuffers.Builder, bundleId:bigint) {
  builder.addFieldInt64(1, bundleId, BigInt('0'));
}

static addMembers(builder:flatbuffers.Builder, membersOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, membersOffset, 0);
}

static createMembersVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startMembersVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endBundleIndex(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static finishBundleIndexBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSBI');
}

static finishSizePrefixedBundleIndexBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSBI', true);
}

static createBundleIndex(builder:flatbuffers.Builder, format:number, bundleId:bigint, membersOffset:flatbuffers.Offset):flatbuffers.Offset {
  BundleIndex.startBundleIndex(builder);
  BundleIndex.addFormat(builder, format);
  BundleIndex.addBundleId(builder, bundleId);
  BundleIndex.addMembers(builder, membersOffset);
  return BundleIndex.endBundleIndex(builder);
}

unpack(): BundleIndexT {
  return new BundleIndexT(
    this.format(),
    this.bundleId(),
    this.bb!.createObjList(this.members.bind(this), this.membersLength())
  );
}


unpackTo(_o: BundleIndexT): void {
  _o.format = this.format();
  _o.bundleId = this.bundleId();
  _o.members = this.bb!.createObjList(this.members.bind(this), this.membersLength());
}
}

export class BundleIndexT {
constructor(
  public format: number = 0,
  public bundleId: bigint = BigInt('0'),
  public members: (BundleMemberT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const members = BundleIndex.createMembersVector(builder, builder.createObjectOffsetList(this.members));

  return BundleIndex.createBundleIndex(builder,
    this.format,
    this.bundleId,
    members
  );
}
}

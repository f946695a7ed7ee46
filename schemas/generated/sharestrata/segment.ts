// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Bundle, BundleT } from '../sharestrata/bundle.js';
import { Content, ContentT } from '../sharestrata/content.js';
import { NodePut, NodePutT } from '../sharestrata/node-put.js';
import { NodeRemoval, NodeRemovalT } from '../sharestrata/node-removal.js';
import { Permission, PermissionT } from '../sharestrata/permission.js';


export class Segment {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Segment {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsSegment(bb:flatbuffers.ByteBuffer, obj?:Segment):Segment {
  return (obj || new Segment()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsSegment(bb:flatbuffers.ByteBuffer, obj?:Segment):Segment {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Segment()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSSG');
}

format():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint16(this.bb_pos + offset) : 0;
}

snapshot():number {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

number():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

firstVersion():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

bundles(index: number, obj?:Bundle):Bundle|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? (obj || new Bundle()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

bundlesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

contents(index: number, obj?:Content):Content|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? (obj || new Content()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

contentsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

removals(index: number, obj?:NodeRemoval):NodeRemoval|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? (obj || new NodeRemoval()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

removalsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

puts(index: number, obj?:NodePut):NodePut|null {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? (obj || new NodePut()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

putsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

permissions(index: number, obj?:Permission):Permission|null {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? (obj || new Permission()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

permissionsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startSegment(builder:flatbuffers.Builder) {
  builder.startObject(9);
}

static addFormat(builder:flatbuffers.Builder, format:number) {
  builder.addFieldInt16(0, format, 0);
}

static addSnapshot(builder:flatbuffers.Builder, snapshot:number) {
  builder.addFieldInt32(1, snapshot, 0);
}

static addNumber(builder:flatbuffers.Builder, number:number) {
  builder.addFieldInt32(2, number, 0);
}

static addFirstVersion(builder:flatbuffers.Builder, firstVersion:bigint) {
  builder.addFieldInt64(3, firstVersion, BigInt('0'));
}

static addBundles(builder:flatbuffers.Builder, bundlesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(4, bundlesOffset, 0);
}

static createBundlesVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startBundlesVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addContents(builder:flatbuffers.Builder, contentsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(5, contentsOffset, 0);
}

static createContentsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startContentsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addRemovals(builder:flatbuffers.Builder, removalsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(6, removalsOffset, 0);
}

static createRemovalsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startRemovalsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addPuts(builder:flatbuffers.Builder, putsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(7, putsOffset, 0);
}

static createPutsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPutsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addPermissions(builder:flatbuffers.Builder, permissionsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(8, permissionsOffset, 0);
}

static createPermissionsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPermissionsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endSegment(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static finishSegmentBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSSG');
}

static finishSizePrefixedSegmentBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSSG', true);
}

static createSegment(builder:flatbuffers.Builder, format:number, snapshot:number, number:number, firstVersion:bigint, bundlesOffset:flatbuffers.Offset, contentsOffset:flatbuffers.Offset, removalsOffset:flatbuffers.Offset, putsOffset:flatbuffers.Offset, permissionsOffset:flatbuffers.Offset):flatbuffers.Offset {
  Segment.startSegment(builder);
  Segment.addFormat(builder, format);
  Segment.addSnapshot(builder, snapshot);
  Segment.addNumber(builder, number);
  Segment.addFirstVersion(builder, firstVersion);
  Segment.addBundles(builder, bundlesOffset);
  Segment.addContents(builder, contentsOffset);
  Segment.addRemovals(builder, removalsOffset);
  Segment.addPuts(builder, putsOffset);
  Segment.addPermissions(builder, permissionsOffset);
  return Segment.endSegment(builder);
}

unpack(): SegmentT {
  return new SegmentT(
    this.format(),
    this.snapshot(),
    this.number(),
    this.firstVersion(),
    this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength()),
    this.bb!.createObjList(this.contents.bind(this), this.contentsLength()),
    this.bb!.createObjList(this.removals.bind(this), this.removalsLength()),
    this.bb!.createObjList(this.puts.bind(this), this.putsLength()),
    this.bb!.createObjList(this.permissions.bind(this), this.permissionsLength())
  );
}


unpackTo(_o: SegmentT): void {
  _o.format = this.format();
  _o.snapshot = this.snapshot();
  _o.number = this.number();
  _o.firstVersion = this.firstVersion();
  _o.bundles = this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength());
  _o.contents = this.bb!.createObjList(this.contents.bind(this), this.contentsLength());
  _o.removals = this.bb!.createObjList(this.removals.bind(this), this.removalsLength());
  _o.puts = this.bb!.createObjList(this.puts.bind(this), this.putsLength());
  _o.permissions = this.bb!.createObjList(this.permissions.bind(this), this.permissionsLength());
}
}

export class SegmentT {
constructor(
  public format: number = 0,
  public snapshot: number = 0,
  public number: number = 0,
  public firstVersion: bigint = BigInt('0'),
  public bundles: (BundleT)[] = [],
  public contents: (ContentT)[] = [],
  public removals: (NodeRemovalT)[] = [],
  public puts: (NodePutT)[] = [],
  public permissions: (PermissionT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const bundles = Segment.createBundlesVector(builder, builder.createObjectOffsetList(this.bundles));
  const contents = Segment.createContentsVector(builder, builder.createObjectOffsetList(this.contents));
  const removals = Segment.createRemovalsVector(builder, builder.createObjectOffsetList(this.removals));
  const puts = Segment.createPutsVector(builder, builder.createObjectOffsetList(this.puts));
  const permissions = Segment.createPermissionsVector(builder, builder.createObjectOffsetList(this.permissions));

  return Segment.createSegment(builder,
    this.format,
    this.snapshot,
    this.number,
    this.firstVersion,
    bundles,
    contents,
    removals,
    puts,
    permissions
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { IdRange, IdRangeT } from '../sharestrata/id-range.js';
import { RewrittenBundle, RewrittenBundleT } from '../sharestrata/rewritten-bundle.js';
import { SnapshotRemoval, SnapshotRemovalT } from '../sharestrata/snapshot-removal.js';


export class PruneRecord {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):PruneRecord {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsPruneRecord(bb:flatbuffers.ByteBuffer, obj?:PruneRecord):PruneRecord {
  return (obj || new PruneRecord()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsPruneRecord(bb:flatbuffers.ByteBuffer, obj?:PruneRecord):PruneRecord {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new PruneRecord()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSPR');
}

format():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint16(this.bb_pos + offset) : 0;
}

tenant():string|null
tenant(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
tenant(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

share():string|null
share(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
share(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

number():number {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

after():number {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

writtenNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

fencing():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

nextContent():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

nextBundle():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

removals(index: number, obj?:SnapshotRemoval):SnapshotRemoval|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? (obj || new SnapshotRemoval()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

removalsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

rewritten(index: number, obj?:RewrittenBundle):RewrittenBundle|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? (obj || new RewrittenBundle()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

rewrittenLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

condemned(index: number, obj?:IdRange):IdRange|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? (obj || new IdRange()).__init(this.bb!.__vector(this.bb_pos + offset) + index * 16, this.bb!) : null;
}

condemnedLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

bundles(index: number, obj?:IdRange):IdRange|null {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? (obj || new IdRange()).__init(this.bb!.__vector(this.bb_pos + offset) + index * 16, this.bb!) : null;
}

bundlesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

blobs(index: number, obj?:IdRange):IdRange|null {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? (obj || new IdRange()).__init(this.bb!.__vector(this.bb_pos + offset) + index * 16, this.bb!) : null;
}

blobsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startPruneRecord(builder:flatbuffers.Builder) {
  builder.startObject(14);
}

static addFormat(builder:flatbuffers.Builder, format:number) {
  builder.addFieldInt16(0, format, 0);
}

static addTenant(builder:flatbuffers.Builder, tenantOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, tenantOffset, 0);
}

static addShare(builder:flatbuffers.Builder, shareOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, shareOffset, 0);
}

static addNumber(builder:flatbuffers.Builder, number:number) {
  builder.addFieldInt32(3, number, 0);
}

static addAfter(builder:flatbuffers.Builder, after:number) {
  builder.addFieldInt32(4, after, 0);
}

static addWrittenNs(builder:flatbuffers.Builder, writtenNs:bigint) {
  builder.addFieldInt64(5, writtenNs, BigInt('0'));
}

static addFencing(builder:flatbuffers.Builder, fencing:bigint) {
  builder.addFieldInt64(6, fencing, BigInt('0'));
}

static addNextContent(builder:flatbuffers.Builder, nextContent:bigint) {
  builder.addFieldInt64(7, nextContent, BigInt('0'));
}

static addNextBundle(builder:flatbuffers.Builder, nextBundle:bigint) {
  builder.addFieldInt64(8, nextBundle, BigInt('0'));
}

static addRemovals(builder:flatbuffers.Builder, removalsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(9, removalsOffset, 0);
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

static addRewritten(builder:flatbuffers.Builder, rewrittenOffset:flatbuffers.Offset) {
  builder.addFieldOffset(10, rewrittenOffset, 0);
}

static createRewrittenVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startRewrittenVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addCondemned(builder:flatbuffers.Builder, condemnedOffset:flatbuffers.Offset) {
  builder.addFieldOffset(11, condemnedOffset, 0);
}

static startCondemnedVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(16, numElems, 8);
}

static addBundles(builder:flatbuffers.Builder, bundlesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(12, bundlesOffset, 0);
}

static startBundlesVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(16, numElems, 8);
}

static addBlobs(builder:flatbuffers.Builder, blobsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(13, blobsOffset, 0);
}

static startBlobsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(16, numElems, 8);
}

static endPruneRecord(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  return offset;
}

static finishPruneRecordBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSPR');
}

static finishSizePrefixedPruneRecordBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSPR', true);
}

static createPruneRecord(builder:flatbuffers.Builder, format:number, tenantOffset:flatbuffers.Offset, shareOffset:flatbuffers.Offset, number:number, after:number, writtenNs:bigint, fencing:bigint, nextContent:bigint, nextBundle:bigint, removalsOffset:flatbuffers.Offset, rewrittenOffset:flatbuffers.Offset, condemnedOffset:flatbuffers.Offset, bundlesOffset:flatbuffers.Offset, blobsOffset:flatbuffers.Offset):flatbuffers.Offset {
  PruneRecord.startPruneRecord(builder);
  PruneRecord.addFormat(builder, format);
  PruneRecord.addTenant(builder, tenantOffset);
  PruneRecord.addShare(builder, shareOffset);
  PruneRecord.addNumber(builder, number);
  PruneRecord.addAfter(builder, after);
  PruneRecord.addWrittenNs(builder, writtenNs);
  PruneRecord.addFencing(builder, fencing);
  PruneRecord.addNextContent(builder, nextContent);
  PruneRecord.addNextBundle(builder, nextBundle);
  PruneRecord.addRemovals(builder, removalsOffset);
  PruneRecord.addRewritten(builder, rewrittenOffset);
  PruneRecord.addCondemned(builder, condemnedOffset);
  PruneRecord.addBundles(builder, bundlesOffset);
  PruneRecord.addBlobs(builder, blobsOffset);
  return PruneRecord.endPruneRecord(builder);
}

unpack(): PruneRecordT {
  return new PruneRecordT(
    this.format(),
    this.tenant(),
    this.share(),
    this.number(),
    this.after(),
    this.writtenNs(),
    this.fencing(),
    this.nextContent(),
    this.nextBundle(),
    this.bb!.createObjList(this.removals.bind(this), this.removalsLength()),
    this.bb!.createObjList(this.rewritten.bind(this), this.rewrittenLength()),
    this.bb!.createObjList(this.condemned.bind(this), this.condemnedLength()),
    this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength()),
    this.bb!.createObjList(this.blobs.bind(this), this.blobsLength())
  );
}


unpackTo(_o: PruneRecordT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.number = this.number();
  _o.after = this.after();
  _o.writtenNs = this.writtenNs();
  _o.fencing = this.fencing();
  _o.nextContent = this.nextContent();
  _o.nextBundle = this.nextBundle();
  _o.removals = this.bb!.createObjList(this.removals.bind(this), this.removalsLength());
  _o.rewritten = this.bb!.createObjList(this.rewritten.bind(this), this.rewrittenLength());
  _o.condemned = this.bb!.createObjList(this.condemned.bind(this), this.condemnedLength());
  _o.bundles = this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength());
  _o.blobs = this.bb!.createObjList(this.blobs.bind(this), this.blobsLength());
}
}

export class PruneRecordT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public number: number = 0,
  public after: number = 0,
  public writtenNs: bigint = BigInt('0'),
  public fencing: bigint = BigInt('0'),
  public nextContent: bigint = BigInt('0'),
  public nextBundle: bigint = BigInt('0'),
  public removals: (SnapshotRemovalT)[] = [],
  public rewritten: (RewrittenBundleT)[] = [],
  public condemned: (IdRangeT)[] = [],
  public bundles: (IdRangeT)[] = [],
  public blobs: (IdRangeT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const removals = PruneRecord.createRemovalsVector(builder, builder.createObjectOffsetList(this.removals));
  const rewritten = PruneRecord.createRewrittenVector(builder, builder.createObjectOffsetList(this.rewritten));
  const condemned = builder.createStructOffsetList(this.condemned, PruneRecord.startCondemnedVector);
  const bundles = builder.createStructOffsetList(this.bundles, PruneRecord.startBundlesVector);
  const blobs = builder.createStructOffsetList(this.blobs, PruneRecord.startBlobsVector);

  return PruneRecord.createPruneRecord(builder,
    this.format,
    tenant,
    share,
    this.number,
    this.after,
    this.writtenNs,
    this.fencing,
    this.nextContent,
    this.nextBundle,
    removals,
    rewritten,
    condemned,
    bundles,
    blobs
  );
}
}

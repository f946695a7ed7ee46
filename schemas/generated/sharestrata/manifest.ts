// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { ObjectRef, ObjectRefT } from '../sharestrata/object-ref.js';
import { Reading } from '../sharestrata/reading.js';
import { ScanResult, ScanResultT } from '../sharestrata/scan-result.js';
import { ShareProperties, SharePropertiesT } from '../sharestrata/share-properties.js';
import { SnapshotStatus } from '../sharestrata/snapshot-status.js';


export class Manifest {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Manifest {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsManifest(bb:flatbuffers.ByteBuffer, obj?:Manifest):Manifest {
  return (obj || new Manifest()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsManifest(bb:flatbuffers.ByteBuffer, obj?:Manifest):Manifest {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Manifest()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSMF');
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

name():string|null
name(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
name(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

parent():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

startedNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

finishedNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

status():SnapshotStatus {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : SnapshotStatus.Complete;
}

source():string|null
source(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
source(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

files():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

directories():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

bytes():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

segments(index: number, obj?:ObjectRef):ObjectRef|null {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? (obj || new ObjectRef()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

segmentsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

bundles(index: number, obj?:ObjectRef):ObjectRef|null {
  const offset = this.bb!.__offset(this.bb_pos, 32);
  return offset ? (obj || new ObjectRef()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

bundlesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 32);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

scan(obj?:ScanResult):ScanResult|null {
  const offset = this.bb!.__offset(this.bb_pos, 34);
  return offset ? (obj || new ScanResult()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

fencing():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 36);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

sourceState():string|null
sourceState(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
sourceState(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 38);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

tags(index: number):string
tags(index: number,optionalEncoding:flatbuffers.Encoding):string|Uint8Array
tags(index: number,optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 40);
  return offset ? this.bb!.__string(this.bb!.__vector(this.bb_pos + offset) + index * 4, optionalEncoding) : null;
}

tagsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 40);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

shareProperties(obj?:ShareProperties):ShareProperties|null {
  const offset = this.bb!.__offset(this.bb_pos, 42);
  return offset ? (obj || new ShareProperties()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

sourceRoot():string|null
sourceRoot(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
sourceRoot(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 44);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

reading():Reading {
  const offset = this.bb!.__offset(this.bb_pos, 46);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : Reading.Unknown;
}

static startManifest(builder:flatbuffers.Builder) {
  builder.startObject(22);
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

static addName(builder:flatbuffers.Builder, nameOffset:flatbuffers.Offset) {
  builder.addFieldOffset(4, nameOffset, 0);
}

static addParent(builder:flatbuffers.Builder, parent:number) {
  builder.addFieldInt32(5, parent, 0);
}

static addStartedNs(builder:flatbuffers.Builder, startedNs:bigint) {
  builder.addFieldInt64(6, startedNs, BigInt('0'));
}

static addFinishedNs(builder:flatbuffers.Builder, finishedNs:bigint) {
  builder.addFieldInt64(7, finishedNs, BigInt('0'));
}

static addStatus(builder:flatbuffers.Builder, status:SnapshotStatus) {
  builder.addFieldInt8(8, status, SnapshotStatus.Complete);
}

static addSource(builder:flatbuffers.Builder, sourceOffset:flatbuffers.Offset) {
  builder.addFieldOffset(9, sourceOffset, 0);
}

static addFiles(builder:flatbuffers.Builder, files:bigint) {
  builder.addFieldInt64(10, files, BigInt('0'));
}

static addDirectories(builder:flatbuffers.Builder, directories:bigint) {
  builder.addFieldInt64(11, directories, BigInt('0'));
}

static addBytes(builder:flatbuffers.Builder, bytes:bigint) {
  builder.addFieldInt64(12, bytes, BigInt('0'));
}

static addSegments(builder:flatbuffers.Builder, segmentsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(13, segmentsOffset, 0);
}

static createSegmentsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startSegmentsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addBundles(builder:flatbuffers.Builder, bundlesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(14, bundlesOffset, 0);
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

static addScan(builder:flatbuffers.Builder, scanOffset:flatbuffers.Offset) {
  builder.addFieldOffset(15, scanOffset, 0);
}

static addFencing(builder:flatbuffers.Builder, fencing:bigint) {
  builder.addFieldInt64(16, fencing, BigInt('0'));
}

static addSourceState(builder:flatbuffers.Builder, sourceStateOffset:flatbuffers.Offset) {
  builder.addFieldOffset(17, sourceStateOffset, 0);
}

static addTags(builder:flatbuffers.Builder, tagsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(18, tagsOffset, 0);
}

static createTagsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startTagsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addShareProperties(builder:flatbuffers.Builder, sharePropertiesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(19, sharePropertiesOffset, 0);
}

static addSourceRoot(builder:flatbuffers.Builder, sourceRootOffset:flatbuffers.Offset) {
  builder.addFieldOffset(20, sourceRootOffset, 0);
}

static addReading(builder:flatbuffers.Builder, reading:Reading) {
  builder.addFieldInt8(21, reading, Reading.Unknown);
}

static endManifest(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  builder.requiredField(offset, 12) // name
  builder.requiredField(offset, 22) // source
  builder.requiredField(offset, 34) // scan
  return offset;
}

static finishManifestBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSMF');
}

static finishSizePrefixedManifestBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSMF', true);
}


unpack(): ManifestT {
  return new ManifestT(
    this.format(),
    this.tenant(),
    this.share(),
    this.number(),
    this.name(),
    this.parent(),
    this.startedNs(),
    this.finishedNs(),
    this.status(),
    this.source(),
    this.files(),
    this.directories(),
    this.bytes(),
    this.bb!.createObjList(this.segments.bind(this), this.segmentsLength()),
    this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength()),
    (this.scan() !== null ? this.scan()!.unpack() : null),
    this.fencing(),
    this.sourceState(),
    this.bb!.createScalarList<string>((index) => this.tags(index), this.tagsLength()),
    (this.shareProperties() !== null ? this.shareProperties()!.unpack() : null),
    this.sourceRoot(),
    this.reading()
  );
}


unpackTo(_o: ManifestT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.number = this.number();
  _o.name = this.name();
  _o.parent = this.parent();
  _o.startedNs = this.startedNs();
  _o.finishedNs = this.finishedNs();
  _o.status = this.status();
  _o.source = this.source();
  _o.files = this.files();
  _o.directories = this.directories();
  _o.bytes = this.bytes();
  _o.segments = this.bb!.createObjList(this.segments.bind(this), this.segmentsLength());
  _o.bundles = this.bb!.createObjList(this.bundles.bind(this), this.bundlesLength());
  _o.scan = (this.scan() !== null ? this.scan()!.unpack() : null);
  _o.fencing = this.fencing();
  _o.sourceState = this.sourceState();
  _o.tags = this.bb!.createScalarList<string>((index) => this.tags(index), this.tagsLength());
  _o.shareProperties = (this.shareProperties() !== null ? this.shareProperties()!.unpack() : null);
  _o.sourceRoot = this.sourceRoot();
  _o.reading = this.reading();
}
}

export class ManifestT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public number: number = 0,
  public name: string|Uint8Array|null = null,
  public parent: number = 0,
  public startedNs: bigint = BigInt('0'),
  public finishedNs: bigint = BigInt('0'),
  public status: SnapshotStatus = SnapshotStatus.Complete,
  public source: string|Uint8Array|null = null,
  public files: bigint = BigInt('0'),
  public directories: bigint = BigInt('0'),
  public bytes: bigint = BigInt('0'),
  public segments: (ObjectRefT)[] = [],
  public bundles: (ObjectRefT)[] = [],
  public scan: ScanResultT|null = null,
  public fencing: bigint = BigInt('0'),
  public sourceState: string|Uint8Array|null = null,
  public tags: (string)[] = [],
  public shareProperties: SharePropertiesT|null = null,
  public sourceRoot: string|Uint8Array|null = null,
  public reading: Reading = Reading.Unknown
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const name = (this.name !== null ? builder.createString(this.name!) : 0);
  const source = (this.source !== null ? builder.createString(this.source!) : 0);
  const segments = Manifest.createSegmentsVector(builder, builder.createObjectOffsetList(this.segments));
  const bundles = Manifest.createBundlesVector(builder, builder.createObjectOffsetList(this.bundles));
  const scan = (this.scan !== null ? this.scan!.pack(builder) : 0);
  const sourceState = (this.sourceState !== null ? builder.createString(this.sourceState!) : 0);
  const tags = Manifest.createTagsVector(builder, builder.createObjectOffsetList(this.tags));
  const shareProperties = (this.shareProperties !== null ? this.shareProperties!.pack(builder) : 0);
  const sourceRoot = (this.sourceRoot !== null ? builder.createString(this.sourceRoot!) : 0);

  Manifest.startManifest(builder);
  Manifest.addFormat(builder, this.format);
  Manifest.addTenant(builder, tenant);
  Manifest.addShare(builder, share);
  Manifest.addNumber(builder, this.number);
  Manifest.addName(builder, name);
  Manifest.addParent(builder, this.parent);
  Manifest.addStartedNs(builder, this.startedNs);
  Manifest.addFinishedNs(builder, this.finishedNs);
  Manifest.addStatus(builder, this.status);
  Manifest.addSource(builder, source);
  Manifest.addFiles(builder, this.files);
  Manifest.addDirectories(builder, this.directories);
  Manifest.addBytes(builder, this.bytes);
  Manifest.addSegments(builder, segments);
  Manifest.addBundles(builder, bundles);
  Manifest.addScan(builder, scan);
  Manifest.addFencing(builder, this.fencing);
  Manifest.addSourceState(builder, sourceState);
  Manifest.addTags(builder, tags);
  Manifest.addShareProperties(builder, shareProperties);
  Manifest.addSourceRoot(builder, sourceRoot);
  Manifest.addReading(builder, this.reading);

  return Manifest.endManifest(builder);
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { DedupScope } from '../sharestrata/dedup-scope.js';
import { Encryption } from '../sharestrata/encryption.js';


export class Share {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Share {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsShare(bb:flatbuffers.ByteBuffer, obj?:Share):Share {
  return (obj || new Share()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsShare(bb:flatbuffers.ByteBuffer, obj?:Share):Share {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Share()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSSH');
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

createdNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

smallFileThreshold():number {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

chunkMin():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

chunkAverage():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

chunkMax():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

compressionLevel():number {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readInt8(this.bb_pos + offset) : 0;
}

dedupScope():DedupScope {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : DedupScope.Share;
}

encryption():Encryption {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : Encryption.None;
}

keyCheck(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

keyCheckLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

keyCheckArray():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

static startShare(builder:flatbuffers.Builder) {
  builder.startObject(12);
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

static addCreatedNs(builder:flatbuffers.Builder, createdNs:bigint) {
  builder.addFieldInt64(3, createdNs, BigInt('0'));
}

static addSmallFileThreshold(builder:flatbuffers.Builder, smallFileThreshold:number) {
  builder.addFieldInt32(4, smallFileThreshold, 0);
}

static addChunkMin(builder:flatbuffers.Builder, chunkMin:number) {
  builder.addFieldInt32(5, chunkMin, 0);
}

static addChunkAverage(builder:flatbuffers.Builder, chunkAverage:number) {
  builder.addFieldInt32(6, chunkAverage, 0);
}

static addChunkMax(builder:flatbuffers.Builder, chunkMax:number) {
  builder.addFieldInt32(7, chunkMax, 0);
}

static addCompressionLevel(builder:flatbuffers.Builder, compressionLevel:number) {
  builder.addFieldInt8(8, compressionLevel, 0);
}

static addDedupScope(builder:flatbuffers.Builder, dedupScope:DedupScope) {
  builder.addFieldInt8(9, dedupScope, DedupScope.Share);
}

static addEncryption(builder:flatbuffers.Builder, encryption:Encryption) {
  builder.addFieldInt8(10, encryption, Encryption.None);
}

static addKeyCheck(builder:flatbuffers.Builder, keyCheckOffset:flatbuffers.Offset) {
  builder.addFieldOffset(11, keyCheckOffset, 0);
}

static createKeyCheckVector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startKeyCheckVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static endShare(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  return offset;
}

static finishShareBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSSH');
}

static finishSizePrefixedShareBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSSH', true);
}

static createShare(builder:flatbuffers.Builder, format:number, tenantOffset:flatbuffers.Offset, shareOffset:flatbuffers.Offset, createdNs:bigint, smallFileThreshold:number, chunkMin:number, chunkAverage:number, chunkMax:number, compressionLevel:number, dedupScope:DedupScope, encryption:Encryption, keyCheckOffset:flatbuffers.Offset):flatbuffers.Offset {
  Share.startShare(builder);
  Share.addFormat(builder, format);
  Share.addTenant(builder, tenantOffset);
  Share.addShare(builder, shareOffset);
  Share.addCreatedNs(builder, createdNs);
  Share.addSmallFileThreshold(builder, smallFileThreshold);
  Share.addChunkMin(builder, chunkMin);
  Share.addChunkAverage(builder, chunkAverage);
  Share.addChunkMax(builder, chunkMax);
  Share.addCompressionLevel(builder, compressionLevel);
  Share.addDedupScope(builder, dedupScope);
  Share.addEncryption(builder, encryption);
  Share.addKeyCheck(builder, keyCheckOffset);
  return Share.endShare(builder);
}

unpack(): ShareT {
  return new ShareT(
    this.format(),
    this.tenant(),
    this.share(),
    this.createdNs(),
    this.smallFileThreshold(),
    this.chunkMin(),
    this.chunkAverage(),
    this.chunkMax(),
    this.compressionLevel(),
    this.dedupScope(),
    this.encryption(),
    this.bb!.createScalarList(this.keyCheck.bind(this), this.keyCheckLength())
  );
}


unpackTo(_o: ShareT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.createdNs = this.createdNs();
  _o.smallFileThreshold = this.smallFileThreshold();
  _o.chunkMin = this.chunkMin();
  _o.chunkAverage = this.chunkAverage();
  _o.chunkMax = this.chunkMax();
  _o.compressionLevel = this.compressionLevel();
  _o.dedupScope = this.dedupScope();
  _o.encryption = this.encryption();
  _o.keyCheck = this.bb!.createScalarList(this.keyCheck.bind(this), this.keyCheckLength());
}
}

export class ShareT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public createdNs: bigint = BigInt('0'),
  public smallFileThreshold: number = 0,
  public chunkMin: number = 0,
  public chunkAverage: number = 0,
  public chunkMax: number = 0,
  public compressionLevel: number = 0,
  public dedupScope: DedupScope = DedupScope.Share,
  public encryption: Encryption = Encryption.None,
  public keyCheck: (number)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const keyCheck = Share.createKeyCheckVector(builder, this.keyCheck);

  return Share.createShare(builder,
    this.format,
    tenant,
    share,
    this.createdNs,
    this.smallFileThreshold,
    this.chunkMin,
    this.chunkAverage,
    this.chunkMax,
    this.compressionLevel,
    this.dedupScope,
    this.encryption,
    keyCheck
  );
}
}

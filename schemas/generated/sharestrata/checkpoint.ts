// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { CheckpointFile, CheckpointFileT } from '../sharestrata/checkpoint-file.js';


export class Checkpoint {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Checkpoint {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsCheckpoint(bb:flatbuffers.ByteBuffer, obj?:Checkpoint):Checkpoint {
  return (obj || new Checkpoint()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsCheckpoint(bb:flatbuffers.ByteBuffer, obj?:Checkpoint):Checkpoint {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Checkpoint()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSCP');
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

snapshot():number {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

manifestSha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

manifestSha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

manifestSha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

catalogFormat():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

versions():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

files(index: number, obj?:CheckpointFile):CheckpointFile|null {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? (obj || new CheckpointFile()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

filesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startCheckpoint(builder:flatbuffers.Builder) {
  builder.startObject(8);
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

static addSnapshot(builder:flatbuffers.Builder, snapshot:number) {
  builder.addFieldInt32(3, snapshot, 0);
}

static addManifestSha256(builder:flatbuffers.Builder, manifestSha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(4, manifestSha256Offset, 0);
}

static createManifestSha256Vector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startManifestSha256Vector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static addCatalogFormat(builder:flatbuffers.Builder, catalogFormat:number) {
  builder.addFieldInt32(5, catalogFormat, 0);
}

static addVersions(builder:flatbuffers.Builder, versions:bigint) {
  builder.addFieldInt64(6, versions, BigInt('0'));
}

static addFiles(builder:flatbuffers.Builder, filesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(7, filesOffset, 0);
}

static createFilesVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startFilesVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endCheckpoint(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  builder.requiredField(offset, 12) // manifest_sha256
  return offset;
}

static finishCheckpointBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSCP');
}

static finishSizePrefixedCheckpointBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSCP', true);
}

static createCheckpoint(builder:flatbuffers.Builder, format:number, tenantOffset:flatbuffers.Offset, shareOffset:flatbuffers.Offset, snapshot:number, manifestSha256Offset:flatbuffers.Offset, catalogFormat:number, versions:bigint, filesOffset:flatbuffers.Offset):flatbuffers.Offset {
  Checkpoint.startCheckpoint(builder);
  Checkpoint.addFormat(builder, format);
  Checkpoint.addTenant(builder, tenantOffset);
  Checkpoint.addShare(builder, shareOffset);
  Checkpoint.addSnapshot(builder, snapshot);
  Checkpoint.addManifestSha256(builder, manifestSha256Offset);
  Checkpoint.addCatalogFormat(builder, catalogFormat);
  Checkpoint.addVersions(builder, versions);
  Checkpoint.addFiles(builder, filesOffset);
  return Checkpoint.endCheckpoint(builder);
}

unpack(): CheckpointT {
  return new CheckpointT(
    this.format(),
    this.tenant(),
    this.share(),
    this.snapshot(),
    this.bb!.createScalarList(this.manifestSha256.bind(this), this.manifestSha256Length()),
    this.catalogFormat(),
    this.versions(),
    this.bb!.createObjList(this.files.bind(this), this.filesLength())
  );
}


unpackTo(_o: CheckpointT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.snapshot = this.snapshot();
  _o.manifestSha256 = this.bb!.createScalarList(this.manifestSha256.bind(this), this.manifestSha256Length());
  _o.catalogFormat = this.catalogFormat();
  _o.versions = this.versions();
  _o.files = this.bb!.createObjList(this.files.bind(this), this.filesLength());
}
}

export class CheckpointT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public snapshot: number = 0,
  public manifestSha256: (number)[] = [],
  public catalogFormat: number = 0,
  public versions: bigint = BigInt('0'),
  public files: (CheckpointFileT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const manifestSha256 = Checkpoint.createManifestSha256Vector(builder, this.manifestSha256);
  const files = Checkpoint.createFilesVector(builder, builder.createObjectOffsetList(this.files));

  return Checkpoint.createCheckpoint(builder,
    this.format,
    tenant,
    share,
    this.snapshot,
    manifestSha256,
    this.catalogFormat,
    this.versions,
    files
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { DirectoryMetadata, DirectoryMetadataT } from '../sharestrata/directory-metadata.js';
import { FileMetadata, FileMetadataT } from '../sharestrata/file-metadata.js';
import { NodeKind } from '../sharestrata/node-kind.js';
import { Posix, PosixT } from '../sharestrata/posix.js';


export class NodePut {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):NodePut {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsNodePut(bb:flatbuffers.ByteBuffer, obj?:NodePut):NodePut {
  return (obj || new NodePut()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsNodePut(bb:flatbuffers.ByteBuffer, obj?:NodePut):NodePut {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new NodePut()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

nodeId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

parentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

name():string|null
name(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
name(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

kind():NodeKind {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : NodeKind.Directory;
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

mtimeNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

xorhash():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

signature():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

contentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

posix(obj?:Posix):Posix|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? (obj || new Posix()).__init(this.bb_pos + offset, this.bb!) : null;
}

sourceId():string|null
sourceId(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
sourceId(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

movedFromParent():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

movedFromName():string|null
movedFromName(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
movedFromName(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

file(obj?:FileMetadata):FileMetadata|null {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? (obj || new FileMetadata()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

directory(obj?:DirectoryMetadata):DirectoryMetadata|null {
  const offset = this.bb!.__offset(this.bb_pos, 32);
  return offset ? (obj || new DirectoryMetadata()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

static startNodePut(builder:flatbuffers.Builder) {
  builder.startObject(15);
}

static addNodeId(builder:flatbuffers.Builder, nodeId:bigint) {
  builder.addFieldInt64(0, nodeId, BigInt('0'));
}

static addParentId(builder:flatbuffers.Builder, parentId:bigint) {
  builder.addFieldInt64(1, parentId, BigInt('0'));
}

static addName(builder:flatbuffers.Builder, nameOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, nameOffset, 0);
}

static addKind(builder:flatbuffers.Builder, kind:NodeKind) {
  builder.addFieldInt8(3, kind, NodeKind.Directory);
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(4, size, BigInt('0'));
}

static addMtimeNs(builder:flatbuffers.Builder, mtimeNs:bigint) {
  builder.addFieldInt64(5, mtimeNs, BigInt('0'));
}

static addXorhash(builder:flatbuffers.Builder, xorhash:bigint) {
  builder.addFieldInt64(6, xorhash, BigInt('0'));
}

static addSignature(builder:flatbuffers.Builder, signature:number) {
  builder.addFieldInt32(7, signature, 0);
}

static addContentId(builder:flatbuffers.Builder, contentId:bigint) {
  builder.addFieldInt64(8, contentId, BigInt('0'));
}

static addPosix(builder:flatbuffers.Builder, posixOffset:flatbuffers.Offset) {
  builder.addFieldStruct(9, posixOffset, 0);
}

static addSourceId(builder:flatbuffers.Builder, sourceIdOffset:flatbuffers.Offset) {
  builder.addFieldOffset(10, sourceIdOffset, 0);
}

static addMovedFromParent(builder:flatbuffers.Builder, movedFromParent:bigint) {
  builder.addFieldInt64(11, movedFromParent, BigInt('0'));
}

static addMovedFromName(builder:flatbuffers.Builder, movedFromNameOffset:flatbuffers.Offset) {
  builder.addFieldOffset(12, movedFromNameOffset, 0);
}

static addFile(builder:flatbuffers.Builder, fileOffset:flatbuffers.Offset) {
  builder.addFieldOffset(13, fileOffset, 0);
}

static addDirectory(builder:flatbuffers.Builder, directoryOffset:flatbuffers.Offset) {
  builder.addFieldOffset(14, directoryOffset, 0);
}

static endNodePut(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 8) // name
  return offset;
}


unpack(): NodePutT {
  return new NodePutT(
    this.nodeId(),
    this.parentId(),
    this.name(),
    this.kind(),
    this.size(),
    this.mtimeNs(),
    this.xorhash(),
    this.signature(),
    this.contentId(),
    (this.posix() !== null ? this.posix()!.unpack() : null),
    this.sourceId(),
    this.movedFromParent(),
    this.movedFromName(),
    (this.file() !== null ? this.file()!.unpack() : null),
    (this.directory() !== null ? this.directory()!.unpack() : null)
  );
}


unpackTo(_o: NodePutT): void {
  _o.nodeId = this.nodeId();
  _o.parentId = this.parentId();
  _o.name = this.name();
  _o.kind = this.kind();
  _o.size = this.size();
  _o.mtimeNs = this.mtimeNs();
  _o.xorhash = this.xorhash();
  _o.signature = this.signature();
  _o.contentId = this.contentId();
  _o.posix = (this.posix() !== null ? this.posix()!.unpack() : null);
  _o.sourceId = this.sourceId();
  _o.movedFromParent = this.movedFromParent();
  _o.movedFromName = this.movedFromName();
  _o.file = (this.file() !== null ? this.file()!.unpack() : null);
  _o.directory = (this.directory() !== null ? this.directory()!.unpack() : null);
}
}

export class NodePutT {
constructor(
  public nodeId: bigint = BigInt('0'),
  public parentId: bigint = BigInt('0'),
  public name: string|Uint8Array|null = null,
  public kind: NodeKind = NodeKind.Directory,
  public size: bigint = BigInt('0'),
  public mtimeNs: bigint = BigInt('0'),
  public xorhash: bigint = BigInt('0'),
  public signature: number = 0,
  public contentId: bigint = BigInt('0'),
  public posix: PosixT|null = null,
  public sourceId: string|Uint8Array|null = null,
  public movedFromParent: bigint = BigInt('0'),
  public movedFromName: string|Uint8Array|null = null,
  public file: FileMetadataT|null = null,
  public directory: DirectoryMetadataT|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const name = (this.name !== null ? builder.createString(this.name!) : 0);
  const sourceId = (this.sourceId !== null ? builder.createString(this.sourceId!) : 0);
  const movedFromName = (this.movedFromName !== null ? builder.createString(this.movedFromName!) : 0);
  const file = (this.file !== null ? this.file!.pack(builder) : 0);
  const directory = (this.directory !== null ? this.directory!.pack(builder) : 0);

  NodePut.startNodePut(builder);
  NodePut.addNodeId(builder, this.nodeId);
  NodePut.addParentId(builder, this.parentId);
  NodePut.addName(builder, name);
  NodePut.addKind(builder, this.kind);
  NodePut.addSize(builder, this.size);
  NodePut.addMtimeNs(builder, this.mtimeNs);
  NodePut.addXorhash(builder, this.xorhash);
  NodePut.addSignature(builder, this.signature);
  NodePut.addContentId(builder, this.contentId);
  NodePut.addPosix(builder, (this.posix !== null ? this.posix!.pack(builder) : 0));
  NodePut.addSourceId(builder, sourceId);
  NodePut.addMovedFromParent(builder, this.movedFromParent);
  NodePut.addMovedFromName(builder, movedFromName);
  NodePut.addFile(builder, file);
  NodePut.addDirectory(builder, directory);

  return NodePut.endNodePut(builder);
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Pair, PairT } from '../sharestrata/pair.js';
import { Xattr, XattrT } from '../sharestrata/xattr.js';


export class DirectoryMetadata {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):DirectoryMetadata {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsDirectoryMetadata(bb:flatbuffers.ByteBuffer, obj?:DirectoryMetadata):DirectoryMetadata {
  return (obj || new DirectoryMetadata()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsDirectoryMetadata(bb:flatbuffers.ByteBuffer, obj?:DirectoryMetadata):DirectoryMetadata {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new DirectoryMetadata()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

createdNs():bigint|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : null;
}

changedNs():bigint|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : null;
}

accessedNs():bigint|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : null;
}

attributes():string|null
attributes(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
attributes(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

permissionKey():string|null
permissionKey(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
permissionKey(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

etag():string|null
etag(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
etag(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

userMetadata(index: number, obj?:Pair):Pair|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? (obj || new Pair()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

userMetadataLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

xattrs(index: number, obj?:Xattr):Xattr|null {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? (obj || new Xattr()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

xattrsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startDirectoryMetadata(builder:flatbuffers.Builder) {
  builder.startObject(8);
}

static addCreatedNs(builder:flatbuffers.Builder, createdNs:bigint) {
  builder.addFieldInt64(0, createdNs, BigInt(0));
}

static addChangedNs(builder:flatbuffers.Builder, changedNs:bigint) {
  builder.addFieldInt64(1, changedNs, BigInt(0));
}

static addAccessedNs(builder:flatbuffers.Builder, accessedNs:bigint) {
  builder.addFieldInt64(2, accessedNs, BigInt(0));
}

static addAttributes(builder:flatbuffers.Builder, attributesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(3, attributesOffset, 0);
}

static addPermissionKey(builder:flatbuffers.Builder, permissionKeyOffset:flatbuffers.Offset) {
  builder.addFieldOffset(4, permissionKeyOffset, 0);
}

static addEtag(builder:flatbuffers.Builder, etagOffset:flatbuffers.Offset) {
  builder.addFieldOffset(5, etagOffset, 0);
}

static addUserMetadata(builder:flatbuffers.Builder, userMetadataOffset:flatbuffers.Offset) {
  builder.addFieldOffset(6, userMetadataOffset, 0);
}

static createUserMetadataVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startUserMetadataVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addXattrs(builder:flatbuffers.Builder, xattrsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(7, xattrsOffset, 0);
}

static createXattrsVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startXattrsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endDirectoryMetadata(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static createDirectoryMetadata(builder:flatbuffers.Builder, createdNs:bigint|null, changedNs:bigint|null, accessedNs:bigint|null, attributesOffset:flatbuffers.Offset, permissionKeyOffset:flatbuffers.Offset, etagOffset:flatbuffers.Offset, userMetadataOffset:flatbuffers.Offset, xattrsOffset:flatbuffers.Offset):flatbuffers.Offset {
  DirectoryMetadata.startDirectoryMetadata(builder);
  if (createdNs !== null)
    DirectoryMetadata.addCreatedNs(builder, createdNs);
  if (changedNs !== null)
    DirectoryMetadata.addChangedNs(builder, changedNs);
  if (accessedNs !== null)
    DirectoryMetadata.addAccessedNs(builder, accessedNs);
  DirectoryMetadata.addAttributes(builder, attributesOffset);
  DirectoryMetadata.addPermissionKey(builder, permissionKeyOffset);
  DirectoryMetadata.addEtag(builder, etagOffset);
  DirectoryMetadata.addUserMetadata(builder, userMetadataOffset);
  DirectoryMetadata.addXattrs(builder, xattrsOffset);
  return DirectoryMetadata.endDirectoryMetadata(builder);
}

unpack(): DirectoryMetadataT {
  return new DirectoryMetadataT(
    this.createdNs(),
    this.changedNs(),
    this.accessedNs(),
    this.attributes(),
    this.permissionKey(),
    this.etag(),
    this.bb!.createObjList(this.userMetadata.bind(this), this.userMetadataLength()),
    this.bb!.createObjList(this.xattrs.bind(this), this.xattrsLength())
  );
}


unpackTo(_o: DirectoryMetadataT): void {
  _o.createdNs = this.createdNs();
  _o.changedNs = this.changedNs();
  _o.accessedNs = this.accessedNs();
  _o.attributes = this.attributes();
  _o.permissionKey = this.permissionKey();
  _o.etag = this.etag();
  _o.userMetadata = this.bb!.createObjList(this.userMetadata.bind(this), this.userMetadataLength());
  _o.xattrs = this.bb!.createObjList(this.xattrs.bind(this), this.xattrsLength());
}
}

export class DirectoryMetadataT {
constructor(
  public createdNs: bigint|null = null,
  public changedNs: bigint|null = null,
  public accessedNs: bigint|null = null,
  public attributes: string|Uint8Array|null = null,
  public permissionKey: string|Uint8Array|null = null,
  public etag: string|Uint8Array|null = null,
  public userMetadata: (PairT)[] = [],
  public xattrs: (XattrT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const attributes = (this.attributes !== null ? builder.createString(this.attributes!) : 0);
  const permissionKey = (this.permissionKey !== null ? builder.createString(this.permissionKey!) : 0);
  const etag = (this.etag !== null ? builder.createString(this.etag!) : 0);
  const userMetadata = DirectoryMetadata.createUserMetadataVector(builder, builder.createObjectOffsetList(this.userMetadata));
  const xattrs = DirectoryMetadata.createXattrsVector(builder, builder.createObjectOffsetList(this.xattrs));

  return DirectoryMetadata.createDirectoryMetadata(builder,
    this.createdNs,
    this.changedNs,
    this.accessedNs,
    attributes,
    permissionKey,
    etag,
    userMetadata,
    xattrs
  );
}
}

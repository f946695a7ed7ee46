// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Pair, PairT } from '../sharestrata/pair.js';
import { Xattr, XattrT } from '../sharestrata/xattr.js';


export class FileMetadata {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):FileMetadata {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsFileMetadata(bb:flatbuffers.ByteBuffer, obj?:FileMetadata):FileMetadata {
  return (obj || new FileMetadata()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsFileMetadata(bb:flatbuffers.ByteBuffer, obj?:FileMetadata):FileMetadata {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new FileMetadata()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
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

contentMd5(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

contentMd5Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

contentMd5Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

contentType():string|null
contentType(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
contentType(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

contentEncoding():string|null
contentEncoding(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
contentEncoding(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

contentLanguage():string|null
contentLanguage(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
contentLanguage(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

cacheControl():string|null
cacheControl(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
cacheControl(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

contentDisposition():string|null
contentDisposition(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
contentDisposition(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

userMetadata(index: number, obj?:Pair):Pair|null {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? (obj || new Pair()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

userMetadataLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

xattrs(index: number, obj?:Xattr):Xattr|null {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? (obj || new Xattr()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

xattrsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 30);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

linkTarget():string|null
linkTarget(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
linkTarget(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 32);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

linkCount():number {
  const offset = this.bb!.__offset(this.bb_pos, 34);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

linkId():string|null
linkId(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
linkId(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 36);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startFileMetadata(builder:flatbuffers.Builder) {
  builder.startObject(17);
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

static addContentMd5(builder:flatbuffers.Builder, contentMd5Offset:flatbuffers.Offset) {
  builder.addFieldOffset(6, contentMd5Offset, 0);
}

static createContentMd5Vector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startContentMd5Vector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static addContentType(builder:flatbuffers.Builder, contentTypeOffset:flatbuffers.Offset) {
  builder.addFieldOffset(7, contentTypeOffset, 0);
}

static addContentEncoding(builder:flatbuffers.Builder, contentEncodingOffset:flatbuffers.Offset) {
  builder.addFieldOffset(8, contentEncodingOffset, 0);
}

static addContentLanguage(builder:flatbuffers.Builder, contentLanguageOffset:flatbuffers.Offset) {
  builder.addFieldOffset(9, contentLanguageOffset, 0);
}

static addCacheControl(builder:flatbuffers.Builder, cacheControlOffset:flatbuffers.Offset) {
  builder.addFieldOffset(10, cacheControlOffset, 0);
}

static addContentDisposition(builder:flatbuffers.Builder, contentDispositionOffset:flatbuffers.Offset) {
  builder.addFieldOffset(11, contentDispositionOffset, 0);
}

static addUserMetadata(builder:flatbuffers.Builder, userMetadataOffset:flatbuffers.Offset) {
  builder.addFieldOffset(12, userMetadataOffset, 0);
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
  builder.addFieldOffset(13, xattrsOffset, 0);
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

static addLinkTarget(builder:flatbuffers.Builder, linkTargetOffset:flatbuffers.Offset) {
  builder.addFieldOffset(14, linkTargetOffset, 0);
}

static addLinkCount(builder:flatbuffers.Builder, linkCount:number) {
  builder.addFieldInt32(15, linkCount, 0);
}

static addLinkId(builder:flatbuffers.Builder, linkIdOffset:flatbuffers.Offset) {
  builder.addFieldOffset(16, linkIdOffset, 0);
}

static endFileMetadata(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static createFileMetadata(builder:flatbuffers.Builder, createdNs:bigint|null, changedNs:bigint|null, accessedNs:bigint|null, attributesOffset:flatbuffers.Offset, permissionKeyOffset:flatbuffers.Offset, etagOffset:flatbuffers.Offset, contentMd5Offset:flatbuffers.Offset, contentTypeOffset:flatbuffers.Offset, contentEncodingOffset:flatbuffers.Offset, contentLanguageOffset:flatbuffers.Offset, cacheControlOffset:flatbuffers.Offset, contentDispositionOffset:flatbuffers.Offset, userMetadataOffset:flatbuffers.Offset, xattrsOffset:flatbuffers.Offset, linkTargetOffset:flatbuffers.Offset, linkCount:number, linkIdOffset:flatbuffers.Offset):flatbuffers.Offset {
  FileMetadata.startFileMetadata(builder);
  if (createdNs !== null)
    FileMetadata.addCreatedNs(builder, createdNs);
  if (changedNs !== null)
    FileMetadata.addChangedNs(builder, changedNs);
  if (accessedNs !== null)
    FileMetadata.addAccessedNs(builder, accessedNs);
  FileMetadata.addAttributes(builder, attributesOffset);
  FileMetadata.addPermissionKey(builder, permissionKeyOffset);
  FileMetadata.addEtag(builder, etagOffset);
  FileMetadata.addContentMd5(builder, contentMd5Offset);
  FileMetadata.addContentType(builder, contentTypeOffset);
  FileMetadata.addContentEncoding(builder, contentEncodingOffset);
  FileMetadata.addContentLanguage(builder, contentLanguageOffset);
  FileMetadata.addCacheControl(builder, cacheControlOffset);
  FileMetadata.addContentDisposition(builder, contentDispositionOffset);
  FileMetadata.addUserMetadata(builder, userMetadataOffset);
  FileMetadata.addXattrs(builder, xattrsOffset);
  FileMetadata.addLinkTarget(builder, linkTargetOffset);
  FileMetadata.addLinkCount(builder, linkCount);
  FileMetadata.addLinkId(builder, linkIdOffset);
  return FileMetadata.endFileMetadata(builder);
}

unpack(): FileMetadataT {
  return new FileMetadataT(
    this.createdNs(),
    this.changedNs(),
    this.accessedNs(),
    this.attributes(),
    this.permissionKey(),
    this.etag(),
    this.bb!.createScalarList(this.contentMd5.bind(this), this.contentMd5Length()),
    this.contentType(),
    this.contentEncoding(),
    this.contentLanguage(),
    this.cacheControl(),
    this.contentDisposition(),
    this.bb!.createObjList(this.userMetadata.bind(this), this.userMetadataLength()),
    this.bb!.createObjList(this.xattrs.bind(this), this.xattrsLength()),
    this.linkTarget(),
    this.linkCount(),
    this.linkId()
  );
}


unpackTo(_o: FileMetadataT): void {
  _o.createdNs = this.createdNs();
  _o.changedNs = this.changedNs();
  _o.accessedNs = this.accessedNs();
  _o.attributes = this.attributes();
  _o.permissionKey = this.permissionKey();
  _o.etag = this.etag();
  _o.contentMd5 = this.bb!.createScalarList(this.contentMd5.bind(this), this.contentMd5Length());
  _o.contentType = this.contentType();
  _o.contentEncoding = this.contentEncoding();
  _o.contentLanguage = this.contentLanguage();
  _o.cacheControl = this.cacheControl();
  _o.contentDisposition = this.contentDisposition();
  _o.userMetadata = this.bb!.createObjList(this.userMetadata.bind(this), this.userMetadataLength());
  _o.xattrs = this.bb!.createObjList(this.xattrs.bind(this), this.xattrsLength());
  _o.linkTarget = this.linkTarget();
  _o.linkCount = this.linkCount();
  _o.linkId = this.linkId();
}
}

export class FileMetadataT {
constructor(
  public createdNs: bigint|null = null,
  public changedNs: bigint|null = null,
  public accessedNs: bigint|null = null,
  public attributes: string|Uint8Array|null = null,
  public permissionKey: string|Uint8Array|null = null,
  public etag: string|Uint8Array|null = null,
  public contentMd5: (number)[] = [],
  public contentType: string|Uint8Array|null = null,
  public contentEncoding: string|Uint8Array|null = null,
  public contentLanguage: string|Uint8Array|null = null,
  public cacheControl: string|Uint8Array|null = null,
  public contentDisposition: string|Uint8Array|null = null,
  public userMetadata: (PairT)[] = [],
  public xattrs: (XattrT)[] = [],
  public linkTarget: string|Uint8Array|null = null,
  public linkCount: number = 0,
  public linkId: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const attributes = (this.attributes !== null ? builder.createString(this.attributes!) : 0);
  const permissionKey = (this.permissionKey !== null ? builder.createString(this.permissionKey!) : 0);
  const etag = (this.etag !== null ? builder.createString(this.etag!) : 0);
  const contentMd5 = FileMetadata.createContentMd5Vector(builder, this.contentMd5);
  const contentType = (this.contentType !== null ? builder.createString(this.contentType!) : 0);
  const contentEncoding = (this.contentEncoding !== null ? builder.createString(this.contentEncoding!) : 0);
  const contentLanguage = (this.contentLanguage !== null ? builder.createString(this.contentLanguage!) : 0);
  const cacheControl = (this.cacheControl !== null ? builder.createString(this.cacheControl!) : 0);
  const contentDisposition = (this.contentDisposition !== null ? builder.createString(this.contentDisposition!) : 0);
  const userMetadata = FileMetadata.createUserMetadataVector(builder, builder.createObjectOffsetList(this.userMetadata));
  const xattrs = FileMetadata.createXattrsVector(builder, builder.createObjectOffsetList(this.xattrs));
  const linkTarget = (this.linkTarget !== null ? builder.createString(this.linkTarget!) : 0);
  const linkId = (this.linkId !== null ? builder.createString(this.linkId!) : 0);

  return FileMetadata.createFileMetadata(builder,
    this.createdNs,
    this.changedNs,
    this.accessedNs,
    attributes,
    permissionKey,
    etag,
    contentMd5,
    contentType,
    contentEncoding,
    contentLanguage,
    cacheControl,
    contentDisposition,
    userMetadata,
    xattrs,
    linkTarget,
    this.linkCount,
    linkId
  );
}
}

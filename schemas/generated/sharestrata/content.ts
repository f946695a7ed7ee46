// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { ContentKind } from '../sharestrata/content-kind.js';
import { ContentPart, ContentPartT } from '../sharestrata/content-part.js';


export class Content {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Content {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsContent(bb:flatbuffers.ByteBuffer, obj?:Content):Content {
  return (obj || new Content()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsContent(bb:flatbuffers.ByteBuffer, obj?:Content):Content {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Content()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

contentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

kind():ContentKind {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : ContentKind.Bundled;
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

sha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

sha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

sha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

bundleId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

parts(index: number, obj?:ContentPart):ContentPart|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? (obj || new ContentPart()).__init(this.bb!.__vector(this.bb_pos + offset) + index * 16, this.bb!) : null;
}

partsLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

partSha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

partSha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

partSha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

owner():string|null
owner(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
owner(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

ownerContentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

static startContent(builder:flatbuffers.Builder) {
  builder.startObject(9);
}

static addContentId(builder:flatbuffers.Builder, contentId:bigint) {
  builder.addFieldInt64(0, contentId, BigInt('0'));
}

static addKind(builder:flatbuffers.Builder, kind:ContentKind) {
  builder.addFieldInt8(1, kind, ContentKind.Bundled);
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(2, size, BigInt('0'));
}

static addSha256(builder:flatbuffers.Builder, sha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(3, sha256Offset, 0);
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

static addBundleId(builder:flatbuffers.Builder, bundleId:bigint) {
  builder.addFieldInt64(4, bundleId, BigInt('0'));
}

static addParts(builder:flatbuffers.Builder, partsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(5, partsOffset, 0);
}

static startPartsVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(16, numElems, 8);
}

static addPartSha256(builder:flatbuffers.Builder, partSha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(6, partSha256Offset, 0);
}

static createPartSha256Vector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startPartSha256Vector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static addOwner(builder:flatbuffers.Builder, ownerOffset:flatbuffers.Offset) {
  builder.addFieldOffset(7, ownerOffset, 0);
}

static addOwnerContentId(builder:flatbuffers.Builder, ownerContentId:bigint) {
  builder.addFieldInt64(8, ownerContentId, BigInt('0'));
}

static endContent(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 10) // sha256
  return offset;
}

static createContent(builder:flatbuffers.Builder, contentId:bigint, kind:ContentKind, size:bigint, sha256Offset:flatbuffers.Offset, bundleId:bigint, partsOffset:flatbuffers.Offset, partSha256Offset:flatbuffers.Offset, ownerOffset:flatbuffers.Offset, ownerContentId:bigint):flatbuffers.Offset {
  Content.startContent(builder);
  Content.addContentId(builder, contentId);
  Content.addKind(builder, kind);
  Content.addSize(builder, size);
  Content.addSha256(builder, sha256Offset);
  Content.addBundleId(builder, bundleId);
  Content.addParts(builder, partsOffset);
  Content.addPartSha256(builder, partSha256Offset);
  Content.addOwner(builder, ownerOffset);
  Content.addOwnerContentId(builder, ownerContentId);
  return Content.endContent(builder);
}

unpack(): ContentT {
  return new ContentT(
    this.contentId(),
    this.kind(),
    this.size(),
    this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length()),
    this.bundleId(),
    this.bb!.createObjList(this.parts.bind(this), this.partsLength()),
    this.bb!.createScalarList(this.partSha256.bind(this), this.partSha256Length()),
    this.owner(),
    this.ownerContentId()
  );
}


unpackTo(_o: ContentT): void {
  _o.contentId = this.contentId();
  _o.kind = this.kind();
  _o.size = this.size();
  _o.sha256 = this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length());
  _o.bundleId = this.bundleId();
  _o.parts = this.bb!.createObjList(this.parts.bind(this), this.partsLength());
  _o.partSha256 = this.bb!.createScalarList(this.partSha256.bind(this), this.partSha256Length());
  _o.owner = this.owner();
  _o.ownerContentId = this.ownerContentId();
}
}

export class ContentT {
constructor(
  public contentId: bigint = BigInt('0'),
  public kind: ContentKind = ContentKind.Bundled,
  public size: bigint = BigInt('0'),
  public sha256: (number)[] = [],
  public bundleId: bigint = BigInt('0'),
  public parts: (ContentPartT)[] = [],
  public partSha256: (number)[] = [],
  public owner: string|Uint8Array|null = null,
  public ownerContentId: bigint = BigInt('0')
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const sha256 = Content.createSha256Vector(builder, this.sha256);
  const parts = builder.createStructOffsetList(this.parts, Content.startPartsVector);
  const partSha256 = Content.createPartSha256Vector(builder, this.partSha256);
  const owner = (this.owner !== null ? builder.createString(this.owner!) : 0);

  return Content.createContent(builder,
    this.contentId,
    this.kind,
    this.size,
    sha256,
    this.bundleId,
    parts,
    partSha256,
    owner,
    this.ownerContentId
  );
}
}

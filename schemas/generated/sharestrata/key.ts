// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { KeyKind } from '../sharestrata/key-kind.js';


export class Key {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Key {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsKey(bb:flatbuffers.ByteBuffer, obj?:Key):Key {
  return (obj || new Key()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsKey(bb:flatbuffers.ByteBuffer, obj?:Key):Key {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Key()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSKY');
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

kind():KeyKind {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : KeyKind.Passphrase;
}

label():string|null
label(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
label(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

createdNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

scryptN():number {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

scryptR():number {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

scryptP():number {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

salt(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

saltLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

saltArray():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

keyCheck(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

keyCheckLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

keyCheckArray():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

wrapped(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

wrappedLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

wrappedArray():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

static startKey(builder:flatbuffers.Builder) {
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

static addKind(builder:flatbuffers.Builder, kind:KeyKind) {
  builder.addFieldInt8(3, kind, KeyKind.Passphrase);
}

static addLabel(builder:flatbuffers.Builder, labelOffset:flatbuffers.Offset) {
  builder.addFieldOffset(4, labelOffset, 0);
}

static addCreatedNs(builder:flatbuffers.Builder, createdNs:bigint) {
  builder.addFieldInt64(5, createdNs, BigInt('0'));
}

static addScryptN(builder:flatbuffers.Builder, scryptN:number) {
  builder.addFieldInt32(6, scryptN, 0);
}

static addScryptR(builder:flatbuffers.Builder, scryptR:number) {
  builder.addFieldInt32(7, scryptR, 0);
}

static addScryptP(builder:flatbuffers.Builder, scryptP:number) {
  builder.addFieldInt32(8, scryptP, 0);
}

static addSalt(builder:flatbuffers.Builder, saltOffset:flatbuffers.Offset) {
  builder.addFieldOffset(9, saltOffset, 0);
}

static createSaltVector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startSaltVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static addKeyCheck(builder:flatbuffers.Builder, keyCheckOffset:flatbuffers.Offset) {
  builder.addFieldOffset(10, keyCheckOffset, 0);
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

static addWrapped(builder:flatbuffers.Builder, wrappedOffset:flatbuffers.Offset) {
  builder.addFieldOffset(11, wrappedOffset, 0);
}

static createWrappedVector(builder:flatbuffers.Builder, data:number[]|Uint8Array):flatbuffers.Offset {
  builder.startVector(1, data.length, 1);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addInt8(data[i]!);
  }
  return builder.endVector();
}

static startWrappedVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(1, numElems, 1);
}

static endKey(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  builder.requiredField(offset, 22) // salt
  builder.requiredField(offset, 24) // key_check
  builder.requiredField(offset, 26) // wrapped
  return offset;
}

static finishKeyBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSKY');
}

static finishSizePrefixedKeyBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSKY', true);
}

static createKey(builder:flatbuffers.Builder, format:number, tenantOffset:flatbuffers.Offset, shareOffset:flatbuffers.Offset, kind:KeyKind, labelOffset:flatbuffers.Offset, createdNs:bigint, scryptN:number, scryptR:number, scryptP:number, saltOffset:flatbuffers.Offset, keyCheckOffset:flatbuffers.Offset, wrappedOffset:flatbuffers.Offset):flatbuffers.Offset {
  Key.startKey(builder);
  Key.addFormat(builder, format);
  Key.addTenant(builder, tenantOffset);
  Key.addShare(builder, shareOffset);
  Key.addKind(builder, kind);
  Key.addLabel(builder, labelOffset);
  Key.addCreatedNs(builder, createdNs);
  Key.addScryptN(builder, scryptN);
  Key.addScryptR(builder, scryptR);
  Key.addScryptP(builder, scryptP);
  Key.addSalt(builder, saltOffset);
  Key.addKeyCheck(builder, keyCheckOffset);
  Key.addWrapped(builder, wrappedOffset);
  return Key.endKey(builder);
}

unpack(): KeyT {
  return new KeyT(
    this.format(),
    this.tenant(),
    this.share(),
    this.kind(),
    this.label(),
    this.createdNs(),
    this.scryptN(),
    this.scryptR(),
    this.scryptP(),
    this.bb!.createScalarList(this.salt.bind(this), this.saltLength()),
    this.bb!.createScalarList(this.keyCheck.bind(this), this.keyCheckLength()),
    this.bb!.createScalarList(this.wrapped.bind(this), this.wrappedLength())
  );
}


unpackTo(_o: KeyT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.kind = this.kind();
  _o.label = this.label();
  _o.createdNs = this.createdNs();
  _o.scryptN = this.scryptN();
  _o.scryptR = this.scryptR();
  _o.scryptP = this.scryptP();
  _o.salt = this.bb!.createScalarList(this.salt.bind(this), this.saltLength());
  _o.keyCheck = this.bb!.createScalarList(this.keyCheck.bind(this), this.keyCheckLength());
  _o.wrapped = this.bb!.createScalarList(this.wrapped.bind(this), this.wrappedLength());
}
}

export class KeyT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public kind: KeyKind = KeyKind.Passphrase,
  public label: string|Uint8Array|null = null,
  public createdNs: bigint = BigInt('0'),
  public scryptN: number = 0,
  public scryptR: number = 0,
  public scryptP: number = 0,
  public salt: (number)[] = [],
  public keyCheck: (number)[] = [],
  public wrapped: (number)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const label = (this.label !== null ? builder.createString(this.label!) : 0);
  const salt = Key.createSaltVector(builder, this.salt);
  const keyCheck = Key.createKeyCheckVector(builder, this.keyCheck);
  const wrapped = Key.createWrappedVector(builder, this.wrapped);

  return Key.createKey(builder,
    this.format,
    tenant,
    share,
    this.kind,
    label,
    this.createdNs,
    this.scryptN,
    this.scryptR,
    this.scryptP,
    salt,
    keyCheck,
    wrapped
  );
}
}

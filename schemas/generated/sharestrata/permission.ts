// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { PermissionFormat } from '../sharestrata/permission-format.js';


export class Permission {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Permission {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsPermission(bb:flatbuffers.ByteBuffer, obj?:Permission):Permission {
  return (obj || new Permission()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsPermission(bb:flatbuffers.ByteBuffer, obj?:Permission):Permission {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Permission()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

key():string|null
key(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
key(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

format():PermissionFormat {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : PermissionFormat.Sddl;
}

descriptor():string|null
descriptor(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
descriptor(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startPermission(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addKey(builder:flatbuffers.Builder, keyOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, keyOffset, 0);
}

static addFormat(builder:flatbuffers.Builder, format:PermissionFormat) {
  builder.addFieldInt8(1, format, PermissionFormat.Sddl);
}

static addDescriptor(builder:flatbuffers.Builder, descriptorOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, descriptorOffset, 0);
}

static endPermission(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // key
  return offset;
}

static createPermission(builder:flatbuffers.Builder, keyOffset:flatbuffers.Offset, format:PermissionFormat, descriptorOffset:flatbuffers.Offset):flatbuffers.Offset {
  Permission.startPermission(builder);
  Permission.addKey(builder, keyOffset);
  Permission.addFormat(builder, format);
  Permission.addDescriptor(builder, descriptorOffset);
  return Permission.endPermission(builder);
}

unpack(): PermissionT {
  return new PermissionT(
    this.key(),
    this.format(),
    this.descriptor()
  );
}


unpackTo(_o: PermissionT): void {
  _o.key = this.key();
  _o.format = this.format();
  _o.descriptor = this.descriptor();
}
}

export class PermissionT {
constructor(
  public key: string|Uint8Array|null = null,
  public format: PermissionFormat = PermissionFormat.Sddl,
  public descriptor: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const key = (this.key !== null ? builder.createString(this.key!) : 0);
  const descriptor = (this.descriptor !== null ? builder.createString(this.descriptor!) : 0);

  return Permission.createPermission(builder,
    key,
    this.format,
    descriptor
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class AccessPolicy {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):AccessPolicy {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsAccessPolicy(bb:flatbuffers.ByteBuffer, obj?:AccessPolicy):AccessPolicy {
  return (obj || new AccessPolicy()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsAccessPolicy(bb:flatbuffers.ByteBuffer, obj?:AccessPolicy):AccessPolicy {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new AccessPolicy()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

id():string|null
id(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
id(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

starts():string|null
starts(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
starts(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

expires():string|null
expires(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
expires(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

permissions():string|null
permissions(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
permissions(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startAccessPolicy(builder:flatbuffers.Builder) {
  builder.startObject(4);
}

static addId(builder:flatbuffers.Builder, idOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, idOffset, 0);
}

static addStarts(builder:flatbuffers.Builder, startsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, startsOffset, 0);
}

static addExpires(builder:flatbuffers.Builder, expiresOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, expiresOffset, 0);
}

static addPermissions(builder:flatbuffers.Builder, permissionsOffset:flatbuffers.Offset) {
  builder.addFieldOffset(3, permissionsOffset, 0);
}

static endAccessPolicy(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // id
  return offset;
}

static createAccessPolicy(builder:flatbuffers.Builder, idOffset:flatbuffers.Offset, startsOffset:flatbuffers.Offset, expiresOffset:flatbuffers.Offset, permissionsOffset:flatbuffers.Offset):flatbuffers.Offset {
  AccessPolicy.startAccessPolicy(builder);
  AccessPolicy.addId(builder, idOffset);
  AccessPolicy.addStarts(builder, startsOffset);
  AccessPolicy.addExpires(builder, expiresOffset);
  AccessPolicy.addPermissions(builder, permissionsOffset);
  return AccessPolicy.endAccessPolicy(builder);
}

unpack(): AccessPolicyT {
  return new AccessPolicyT(
    this.id(),
    this.starts(),
    this.expires(),
    this.permissions()
  );
}


unpackTo(_o: AccessPolicyT): void {
  _o.id = this.id();
  _o.starts = this.starts();
  _o.expires = this.expires();
  _o.permissions = this.permissions();
}
}

export class AccessPolicyT {
constructor(
  public id: string|Uint8Array|null = null,
  public starts: string|Uint8Array|null = null,
  public expires: string|Uint8Array|null = null,
  public permissions: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const id = (this.id !== null ? builder.createString(this.id!) : 0);
  const starts = (this.starts !== null ? builder.createString(this.starts!) : 0);
  const expires = (this.expires !== null ? builder.createString(this.expires!) : 0);
  const permissions = (this.permissions !== null ? builder.createString(this.permissions!) : 0);

  return AccessPolicy.createAccessPolicy(builder,
    id,
    starts,
    expires,
    permissions
  );
}
}

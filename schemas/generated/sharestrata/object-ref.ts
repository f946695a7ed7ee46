// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class ObjectRef {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):ObjectRef {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsObjectRef(bb:flatbuffers.ByteBuffer, obj?:ObjectRef):ObjectRef {
  return (obj || new ObjectRef()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsObjectRef(bb:flatbuffers.ByteBuffer, obj?:ObjectRef):ObjectRef {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new ObjectRef()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

name():string|null
name(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
name(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

size():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

sha256(index: number):number|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint8(this.bb!.__vector(this.bb_pos + offset) + index) : 0;
}

sha256Length():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

sha256Array():Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? new Uint8Array(this.bb!.bytes().buffer, this.bb!.bytes().byteOffset + this.bb!.__vector(this.bb_pos + offset), this.bb!.__vector_len(this.bb_pos + offset)) : null;
}

static startObjectRef(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addName(builder:flatbuffers.Builder, nameOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, nameOffset, 0);
}

static addSize(builder:flatbuffers.Builder, size:bigint) {
  builder.addFieldInt64(1, size, BigInt('0'));
}

static addSha256(builder:flatbuffers.Builder, sha256Offset:flatbuffers.Offset) {
  builder.addFieldOffset(2, sha256Offset, 0);
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

static endObjectRef(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // name
  builder.requiredField(offset, 8) // sha256
  return offset;
}

static createObjectRef(builder:flatbuffers.Builder, nameOffset:flatbuffers.Offset, size:bigint, sha256Offset:flatbuffers.Offset):flatbuffers.Offset {
  ObjectRef.startObjectRef(builder);
  ObjectRef.addName(builder, nameOffset);
  ObjectRef.addSize(builder, size);
  ObjectRef.addSha256(builder, sha256Offset);
  return ObjectRef.endObjectRef(builder);
}

unpack(): ObjectRefT {
  return new ObjectRefT(
    this.name(),
    this.size(),
    this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length())
  );
}


unpackTo(_o: ObjectRefT): void {
  _o.name = this.name();
  _o.size = this.size();
  _o.sha256 = this.bb!.createScalarList(this.sha256.bind(this), this.sha256Length());
}
}

export class ObjectRefT {
constructor(
  public name: string|Uint8Array|null = null,
  public size: bigint = BigInt('0'),
  public sha256: (number)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const name = (this.name !== null ? builder.createString(this.name!) : 0);
  const sha256 = ObjectRef.createSha256Vector(builder, this.sha256);

  return ObjectRef.createObjectRef(builder,
    name,
    this.size,
    sha256
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class PassedOver {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):PassedOver {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsPassedOver(bb:flatbuffers.ByteBuffer, obj?:PassedOver):PassedOver {
  return (obj || new PassedOver()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsPassedOver(bb:flatbuffers.ByteBuffer, obj?:PassedOver):PassedOver {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new PassedOver()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

path(index: number):string
path(index: number,optionalEncoding:flatbuffers.Encoding):string|Uint8Array
path(index: number,optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__string(this.bb!.__vector(this.bb_pos + offset) + index * 4, optionalEncoding) : null;
}

pathLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

code():string|null
code(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
code(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

message():string|null
message(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
message(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startPassedOver(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addPath(builder:flatbuffers.Builder, pathOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, pathOffset, 0);
}

static createPathVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPathVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addCode(builder:flatbuffers.Builder, codeOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, codeOffset, 0);
}

static addMessage(builder:flatbuffers.Builder, messageOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, messageOffset, 0);
}

static endPassedOver(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // path
  builder.requiredField(offset, 6) // code
  builder.requiredField(offset, 8) // message
  return offset;
}

static createPassedOver(builder:flatbuffers.Builder, pathOffset:flatbuffers.Offset, codeOffset:flatbuffers.Offset, messageOffset:flatbuffers.Offset):flatbuffers.Offset {
  PassedOver.startPassedOver(builder);
  PassedOver.addPath(builder, pathOffset);
  PassedOver.addCode(builder, codeOffset);
  PassedOver.addMessage(builder, messageOffset);
  return PassedOver.endPassedOver(builder);
}

unpack(): PassedOverT {
  return new PassedOverT(
    this.bb!.createScalarList<string>((index) => this.path(index), this.pathLength()),
    this.code(),
    this.message()
  );
}


unpackTo(_o: PassedOverT): void {
  _o.path = this.bb!.createScalarList<string>((index) => this.path(index), this.pathLength());
  _o.code = this.code();
  _o.message = this.message();
}
}

export class PassedOverT {
constructor(
  public path: (string)[] = [],
  public code: string|Uint8Array|null = null,
  public message: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const path = PassedOver.createPathVector(builder, builder.createObjectOffsetList(this.path));
  const code = (this.code !== null ? builder.createString(this.code!) : 0);
  const message = (this.message !== null ? builder.createString(this.message!) : 0);

  return PassedOver.createPassedOver(builder,
    path,
    code,
    message
  );
}
}

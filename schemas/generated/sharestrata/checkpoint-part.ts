// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Codec } from '../sharestrata/codec.js';
import { ObjectRef, ObjectRefT } from '../sharestrata/object-ref.js';


export class CheckpointPart {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):CheckpointPart {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsCheckpointPart(bb:flatbuffers.ByteBuffer, obj?:CheckpointPart):CheckpointPart {
  return (obj || new CheckpointPart()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsCheckpointPart(bb:flatbuffers.ByteBuffer, obj?:CheckpointPart):CheckpointPart {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new CheckpointPart()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

object(obj?:ObjectRef):ObjectRef|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? (obj || new ObjectRef()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

size():number {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

codec():Codec {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : Codec.Stored;
}

static startCheckpointPart(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addObject(builder:flatbuffers.Builder, objectOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, objectOffset, 0);
}

static addSize(builder:flatbuffers.Builder, size:number) {
  builder.addFieldInt32(1, size, 0);
}

static addCodec(builder:flatbuffers.Builder, codec:Codec) {
  builder.addFieldInt8(2, codec, Codec.Stored);
}

static endCheckpointPart(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // object
  return offset;
}

static createCheckpointPart(builder:flatbuffers.Builder, objectOffset:flatbuffers.Offset, size:number, codec:Codec):flatbuffers.Offset {
  CheckpointPart.startCheckpointPart(builder);
  CheckpointPart.addObject(builder, objectOffset);
  CheckpointPart.addSize(builder, size);
  CheckpointPart.addCodec(builder, codec);
  return CheckpointPart.endCheckpointPart(builder);
}

unpack(): CheckpointPartT {
  return new CheckpointPartT(
    (this.object() !== null ? this.object()!.unpack() : null),
    this.size(),
    this.codec()
  );
}


unpackTo(_o: CheckpointPartT): void {
  _o.object = (this.object() !== null ? this.object()!.unpack() : null);
  _o.size = this.size();
  _o.codec = this.codec();
}
}

export class CheckpointPartT {
constructor(
  public object: ObjectRefT|null = null,
  public size: number = 0,
  public codec: Codec = Codec.Stored
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const object = (this.object !== null ? this.object!.pack(builder) : 0);

  return CheckpointPart.createCheckpointPart(builder,
    object,
    this.size,
    this.codec
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class SnapshotRemoval {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):SnapshotRemoval {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsSnapshotRemoval(bb:flatbuffers.ByteBuffer, obj?:SnapshotRemoval):SnapshotRemoval {
  return (obj || new SnapshotRemoval()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsSnapshotRemoval(bb:flatbuffers.ByteBuffer, obj?:SnapshotRemoval):SnapshotRemoval {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new SnapshotRemoval()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

snapshot():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

reason():string|null
reason(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
reason(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startSnapshotRemoval(builder:flatbuffers.Builder) {
  builder.startObject(2);
}

static addSnapshot(builder:flatbuffers.Builder, snapshot:number) {
  builder.addFieldInt32(0, snapshot, 0);
}

static addReason(builder:flatbuffers.Builder, reasonOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, reasonOffset, 0);
}

static endSnapshotRemoval(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // reason
  return offset;
}

static createSnapshotRemoval(builder:flatbuffers.Builder, snapshot:number, reasonOffset:flatbuffers.Offset):flatbuffers.Offset {
  SnapshotRemoval.startSnapshotRemoval(builder);
  SnapshotRemoval.addSnapshot(builder, snapshot);
  SnapshotRemoval.addReason(builder, reasonOffset);
  return SnapshotRemoval.endSnapshotRemoval(builder);
}

unpack(): SnapshotRemovalT {
  return new SnapshotRemovalT(
    this.snapshot(),
    this.reason()
  );
}


unpackTo(_o: SnapshotRemovalT): void {
  _o.snapshot = this.snapshot();
  _o.reason = this.reason();
}
}

export class SnapshotRemovalT {
constructor(
  public snapshot: number = 0,
  public reason: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const reason = (this.reason !== null ? builder.createString(this.reason!) : 0);

  return SnapshotRemoval.createSnapshotRemoval(builder,
    this.snapshot,
    reason
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class NodeRemoval {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):NodeRemoval {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsNodeRemoval(bb:flatbuffers.ByteBuffer, obj?:NodeRemoval):NodeRemoval {
  return (obj || new NodeRemoval()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsNodeRemoval(bb:flatbuffers.ByteBuffer, obj?:NodeRemoval):NodeRemoval {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new NodeRemoval()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

nodeId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

parentId():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

name():string|null
name(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
name(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

static startNodeRemoval(builder:flatbuffers.Builder) {
  builder.startObject(3);
}

static addNodeId(builder:flatbuffers.Builder, nodeId:bigint) {
  builder.addFieldInt64(0, nodeId, BigInt('0'));
}

static addParentId(builder:flatbuffers.Builder, parentId:bigint) {
  builder.addFieldInt64(1, parentId, BigInt('0'));
}

static addName(builder:flatbuffers.Builder, nameOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, nameOffset, 0);
}

static endNodeRemoval(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 8) // name
  return offset;
}

static createNodeRemoval(builder:flatbuffers.Builder, nodeId:bigint, parentId:bigint, nameOffset:flatbuffers.Offset):flatbuffers.Offset {
  NodeRemoval.startNodeRemoval(builder);
  NodeRemoval.addNodeId(builder, nodeId);
  NodeRemoval.addParentId(builder, parentId);
  NodeRemoval.addName(builder, nameOffset);
  return NodeRemoval.endNodeRemoval(builder);
}

unpack(): NodeRemovalT {
  return new NodeRemovalT(
    this.nodeId(),
    this.parentId(),
    this.name()
  );
}


unpackTo(_o: NodeRemovalT): void {
  _o.nodeId = this.nodeId();
  _o.parentId = this.parentId();
  _o.name = this.name();
}
}

export class NodeRemovalT {
constructor(
  public nodeId: bigint = BigInt('0'),
  public parentId: bigint = BigInt('0'),
  public name: string|Uint8Array|null = null
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const name = (this.name !== null ? builder.createString(this.name!) : 0);

  return NodeRemoval.createNodeRemoval(builder,
    this.nodeId,
    this.parentId,
    name
  );
}
}

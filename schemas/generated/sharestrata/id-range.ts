// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class IdRange {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):IdRange {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

first():bigint {
  return this.bb!.readUint64(this.bb_pos);
}

count():bigint {
  return this.bb!.readUint64(this.bb_pos + 8);
}

static sizeOf():number {
  return 16;
}

static createIdRange(builder:flatbuffers.Builder, first: bigint, count: bigint):flatbuffers.Offset {
  builder.prep(8, 16);
  builder.writeInt64(count);
  builder.writeInt64(first);
  return builder.offset();
}


unpack(): IdRangeT {
  return new IdRangeT(
    this.first(),
    this.count()
  );
}


unpackTo(_o: IdRangeT): void {
  _o.first = this.first();
  _o.count = this.count();
}
}

export class IdRangeT {
constructor(
  public first: bigint = BigInt('0'),
  public count: bigint = BigInt('0')
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  return IdRange.createIdRange(builder,
    this.first,
    this.count
  );
}
}

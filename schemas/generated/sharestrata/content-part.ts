// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class ContentPart {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):ContentPart {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

contentId():bigint {
  return this.bb!.readUint64(this.bb_pos);
}

size():bigint {
  return this.bb!.readUint64(this.bb_pos + 8);
}

static sizeOf():number {
  return 16;
}

static createContentPart(builder:flatbuffers.Builder, content_id: bigint, size: bigint):flatbuffers.Offset {
  builder.prep(8, 16);
  builder.writeInt64(size);
  builder.writeInt64(content_id);
  return builder.offset();
}


unpack(): ContentPartT {
  return new ContentPartT(
    this.contentId(),
    this.size()
  );
}


unpackTo(_o: ContentPartT): void {
  _o.contentId = this.contentId();
  _o.size = this.size();
}
}

export class ContentPartT {
constructor(
  public contentId: bigint = BigInt('0'),
  public size: bigint = BigInt('0')
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  return ContentPart.createContentPart(builder,
    this.contentId,
    this.size
  );
}
}

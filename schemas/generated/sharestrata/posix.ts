// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class Posix {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Posix {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

mode():number {
  return this.bb!.readUint32(this.bb_pos);
}

uid():number {
  return this.bb!.readUint32(this.bb_pos + 4);
}

gid():number {
  return this.bb!.readUint32(this.bb_pos + 8);
}

static sizeOf():number {
  return 12;
}

static createPosix(builder:flatbuffers.Builder, mode: number, uid: number, gid: number):flatbuffers.Offset {
  builder.prep(4, 12);
  builder.writeInt32(gid);
  builder.writeInt32(uid);
  builder.writeInt32(mode);
  return builder.offset();
}


unpack(): PosixT {
  return new PosixT(
    this.mode(),
    this.uid(),
    this.gid()
  );
}


unpackTo(_o: PosixT): void {
  _o.mode = this.mode();
  _o.uid = this.uid();
  _o.gid = this.gid();
}
}

export class PosixT {
constructor(
  public mode: number = 0,
  public uid: number = 0,
  public gid: number = 0
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  return Posix.createPosix(builder,
    this.mode,
    this.uid,
    this.gid
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { Counters, CountersT } from '../sharestrata/counters.js';
import { PassedOver, PassedOverT } from '../sharestrata/passed-over.js';


export class ScanResult {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):ScanResult {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsScanResult(bb:flatbuffers.ByteBuffer, obj?:ScanResult):ScanResult {
  return (obj || new ScanResult()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsScanResult(bb:flatbuffers.ByteBuffer, obj?:ScanResult):ScanResult {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new ScanResult()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

counters(obj?:Counters):Counters|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? (obj || new Counters()).__init(this.bb!.__indirect(this.bb_pos + offset), this.bb!) : null;
}

passedOver(index: number, obj?:PassedOver):PassedOver|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? (obj || new PassedOver()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

passedOverLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

static startScanResult(builder:flatbuffers.Builder) {
  builder.startObject(2);
}

static addCounters(builder:flatbuffers.Builder, countersOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, countersOffset, 0);
}

static addPassedOver(builder:flatbuffers.Builder, passedOverOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, passedOverOffset, 0);
}

static createPassedOverVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPassedOverVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static endScanResult(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 4) // counters
  return offset;
}

static createScanResult(builder:flatbuffers.Builder, countersOffset:flatbuffers.Offset, passedOverOffset:flatbuffers.Offset):flatbuffers.Offset {
  ScanResult.startScanResult(builder);
  ScanResult.addCounters(builder, countersOffset);
  ScanResult.addPassedOver(builder, passedOverOffset);
  return ScanResult.endScanResult(builder);
}

unpack(): ScanResultT {
  return new ScanResultT(
    (this.counters() !== null ? this.counters()!.unpack() : null),
    this.bb!.createObjList(this.passedOver.bind(this), this.passedOverLength())
  );
}


unpackTo(_o: ScanResultT): void {
  _o.counters = (this.counters() !== null ? this.counters()!.unpack() : null);
  _o.passedOver = this.bb!.createObjList(this.passedOver.bind(this), this.passedOverLength());
}
}

export class ScanResultT {
constructor(
  public counters: CountersT|null = null,
  public passedOver: (PassedOverT)[] = []
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const counters = (this.counters !== null ? this.counters!.pack(builder) : 0);
  const passedOver = ScanResult.createPassedOverVector(builder, builder.createObjectOffsetList(this.passedOver));

  return ScanResult.createScanResult(builder,
    counters,
    passedOver
  );
}
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';



export class Counters {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Counters {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsCounters(bb:flatbuffers.ByteBuffer, obj?:Counters):Counters {
  return (obj || new Counters()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsCounters(bb:flatbuffers.ByteBuffer, obj?:Counters):Counters {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Counters()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

files():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

directories():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

bytes():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

added():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

modified():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

renamed():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

deleted():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

unchanged():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

errors():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

bytesRead():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

bytesStored():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

static startCounters(builder:flatbuffers.Builder) {
  builder.startObject(11);
}

static addFiles(builder:flatbuffers.Builder, files:bigint) {
  builder.addFieldInt64(0, files, BigInt('0'));
}

static addDirectories(builder:flatbuffers.Builder, directories:bigint) {
  builder.addFieldInt64(1, directories, BigInt('0'));
}

static addBytes(builder:flatbuffers.Builder, bytes:bigint) {
  builder.addFieldInt64(2, bytes, BigInt('0'));
}

static addAdded(builder:flatbuffers.Builder, added:bigint) {
  builder.addFieldInt64(3, added, BigInt('0'));
}

static addModified(builder:flatbuffers.Builder, modified:bigint) {
  builder.addFieldInt64(4, modified, BigInt('0'));
}

static addRenamed(builder:flatbuffers.Builder, renamed:bigint) {
  builder.addFieldInt64(5, renamed, BigInt('0'));
}

static addDeleted(builder:flatbuffers.Builder, deleted:bigint) {
  builder.addFieldInt64(6, deleted, BigInt('0'));
}

static addUnchanged(builder:flatbuffers.Builder, unchanged:bigint) {
  builder.addFieldInt64(7, unchanged, BigInt('0'));
}

static addErrors(builder:flatbuffers.Builder, errors:bigint) {
  builder.addFieldInt64(8, errors, BigInt('0'));
}

static addBytesRead(builder:flatbuffers.Builder, bytesRead:bigint) {
  builder.addFieldInt64(9, bytesRead, BigInt('0'));
}

static addBytesStored(builder:flatbuffers.Builder, bytesStored:bigint) {
  builder.addFieldInt64(10, bytesStored, BigInt('0'));
}

static endCounters(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static createCounters(builder:flatbuffers.Builder, files:bigint, directories:bigint, bytes:bigint, added:bigint, modified:bigint, renamed:bigint, deleted:bigint, unchanged:bigint, errors:bigint, bytesRead:bigint, bytesStored:bigint):flatbuffers.Offset {
  Counters.startCounters(builder);
  Counters.addFiles(builder, files);
  Counters.addDirectories(builder, directories);
  Counters.addBytes(builder, bytes);
  Counters.addAdded(builder, added);
  Counters.addModified(builder, modified);
  Counters.addRenamed(builder, renamed);
  Counters.addDeleted(builder, deleted);
  Counters.addUnchanged(builder, unchanged);
  Counters.addErrors(builder, errors);
  Counters.addBytesRead(builder, bytesRead);
  Counters.addBytesStored(builder, bytesStored);
  return Counters.endCounters(builder);
}

unpack(): CountersT {
  return new CountersT(
    this.files(),
    this.directories(),
    this.bytes(),
    this.added(),
    this.modified(),
    this.renamed(),
    this.deleted(),
    this.unchanged(),
    this.errors(),
    this.bytesRead(),
    this.bytesStored()
  );
}


unpackTo(_o: CountersT): void {
  _o.files = this.files();
  _o.directories = this.directories();
  _o.bytes = this.bytes();
  _o.added = this.added();
  _o.modified = this.modified();
  _o.renamed = this.renamed();
  _o.deleted = this.deleted();
  _o.unchanged = this.unchanged();
  _o.errors = this.errors();
  _o.bytesRead = this.bytesRead();
  _o.bytesStored = this.bytesStored();
}
}

export class CountersT {
constructor(
  public files: bigint = BigInt('0'),
  public directories: bigint = BigInt('0'),
  public bytes: bigint = BigInt('0'),
  public added: bigint = BigInt('0'),
  public modified: bigint = BigInt('0'),
  public renamed: bigint = BigInt('0'),
  public deleted: bigint = BigInt('0'),
  public unchanged: bigint = BigInt('0'),
  public errors: bigint = BigInt('0'),
  public bytesRead: bigint = BigInt('0'),
  public bytesStored: bigint = BigInt('0')
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  return Counters.createCounters(builder,
    this.files,
    this.directories,
    this.bytes,
    this.added,
    this.modified,
    this.renamed,
    this.deleted,
    this.unchanged,
    this.errors,
    this.bytesRead,
    this.bytesStored
  );
}
}

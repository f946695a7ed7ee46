// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { LeaseState } from '../sharestrata/lease-state.js';


export class Lease {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):Lease {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsLease(bb:flatbuffers.ByteBuffer, obj?:Lease):Lease {
  return (obj || new Lease()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsLease(bb:flatbuffers.ByteBuffer, obj?:Lease):Lease {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new Lease()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static bufferHasIdentifier(bb:flatbuffers.ByteBuffer):boolean {
  return bb.__has_identifier('SSLE');
}

format():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.readUint16(this.bb_pos + offset) : 0;
}

tenant():string|null
tenant(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
tenant(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

share():string|null
share(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
share(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

number():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

state():LeaseState {
  const offset = this.bb!.__offset(this.bb_pos, 12);
  return offset ? this.bb!.readUint8(this.bb_pos + offset) : LeaseState.Held;
}

token():string|null
token(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
token(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 14);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

beat():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 16);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

expiryMs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 18);
  return offset ? this.bb!.readUint64(this.bb_pos + offset) : BigInt('0');
}

host():string|null
host(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
host(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 20);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

pid():number {
  const offset = this.bb!.__offset(this.bb_pos, 22);
  return offset ? this.bb!.readUint32(this.bb_pos + offset) : 0;
}

started():string|null
started(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
started(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 24);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

boot():string|null
boot(optionalEncoding:flatbuffers.Encoding):string|Uint8Array|null
boot(optionalEncoding?:any):string|Uint8Array|null {
  const offset = this.bb!.__offset(this.bb_pos, 26);
  return offset ? this.bb!.__string(this.bb_pos + offset, optionalEncoding) : null;
}

sinceNs():bigint {
  const offset = this.bb!.__offset(this.bb_pos, 28);
  return offset ? this.bb!.readInt64(this.bb_pos + offset) : BigInt('0');
}

static startLease(builder:flatbuffers.Builder) {
  builder.startObject(13);
}

static addFormat(builder:flatbuffers.Builder, format:number) {
  builder.addFieldInt16(0, format, 0);
}

static addTenant(builder:flatbuffers.Builder, tenantOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, tenantOffset, 0);
}

static addShare(builder:flatbuffers.Builder, shareOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, shareOffset, 0);
}

static addNumber(builder:flatbuffers.Builder, number:bigint) {
  builder.addFieldInt64(3, number, BigInt('0'));
}

static addState(builder:flatbuffers.Builder, state:LeaseState) {
  builder.addFieldInt8(4, state, LeaseState.Held);
}

static addToken(builder:flatbuffers.Builder, tokenOffset:flatbuffers.Offset) {
  builder.addFieldOffset(5, tokenOffset, 0);
}

static addBeat(builder:flatbuffers.Builder, beat:bigint) {
  builder.addFieldInt64(6, beat, BigInt('0'));
}

static addExpiryMs(builder:flatbuffers.Builder, expiryMs:bigint) {
  builder.addFieldInt64(7, expiryMs, BigInt('0'));
}

static addHost(builder:flatbuffers.Builder, hostOffset:flatbuffers.Offset) {
  builder.addFieldOffset(8, hostOffset, 0);
}

static addPid(builder:flatbuffers.Builder, pid:number) {
  builder.addFieldInt32(9, pid, 0);
}

static addStarted(builder:flatbuffers.Builder, startedOffset:flatbuffers.Offset) {
  builder.addFieldOffset(10, startedOffset, 0);
}

static addBoot(builder:flatbuffers.Builder, bootOffset:flatbuffers.Offset) {
  builder.addFieldOffset(11, bootOffset, 0);
}

static addSinceNs(builder:flatbuffers.Builder, sinceNs:bigint) {
  builder.addFieldInt64(12, sinceNs, BigInt('0'));
}

static endLease(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  builder.requiredField(offset, 6) // tenant
  builder.requiredField(offset, 8) // share
  builder.requiredField(offset, 14) // token
  builder.requiredField(offset, 20) // host
  builder.requiredField(offset, 24) // started
  builder.requiredField(offset, 26) // boot
  return offset;
}

static finishLeaseBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSLE');
}

static finishSizePrefixedLeaseBuffer(builder:flatbuffers.Builder, offset:flatbuffers.Offset) {
  builder.finish(offset, 'SSLE', true);
}

static createLease(builder:flatbuffers.Builder, format:number, tenantOffset:flatbuffers.Offset, shareOffset:flatbuffers.Offset, number:bigint, state:LeaseState, tokenOffset:flatbuffers.Offset, beat:bigint, expiryMs:bigint, hostOffset:flatbuffers.Offset, pid:number, startedOffset:flatbuffers.Offset, bootOffset:flatbuffers.Offset, sinceNs:bigint):flatbuffers.Offset {
  Lease.startLease(builder);
  Lease.addFormat(builder, format);
  Lease.addTenant(builder, tenantOffset);
  Lease.addShare(builder, shareOffset);
  Lease.addNumber(builder, number);
  Lease.addState(builder, state);
  Lease.addToken(builder, tokenOffset);
  Lease.addBeat(builder, beat);
  Lease.addExpiryMs(builder, expiryMs);
  Lease.addHost(builder, hostOffset);
  Lease.addPid(builder, pid);
  Lease.addStarted(builder, startedOffset);
  Lease.addBoot(builder, bootOffset);
  Lease.addSinceNs(builder, sinceNs);
  return Lease.endLease(builder);
}

unpack(): LeaseT {
  return new LeaseT(
    this.format(),
    this.tenant(),
    this.share(),
    this.number(),
    this.state(),
    this.token(),
    this.beat(),
    this.expiryMs(),
    this.host(),
    this.pid(),
    this.started(),
    this.boot(),
    this.sinceNs()
  );
}


unpackTo(_o: LeaseT): void {
  _o.format = this.format();
  _o.tenant = this.tenant();
  _o.share = this.share();
  _o.number = this.number();
  _o.state = this.state();
  _o.token = this.token();
  _o.beat = this.beat();
  _o.expiryMs = this.expiryMs();
  _o.host = this.host();
  _o.pid = this.pid();
  _o.started = this.started();
  _o.boot = this.boot();
  _o.sinceNs = this.sinceNs();
}
}

export class LeaseT {
constructor(
  public format: number = 0,
  public tenant: string|Uint8Array|null = null,
  public share: string|Uint8Array|null = null,
  public number: bigint = BigInt('0'),
  public state: LeaseState = LeaseState.Held,
  public token: string|Uint8Array|null = null,
  public beat: bigint = BigInt('0'),
  public expiryMs: bigint = BigInt('0'),
  public host: string|Uint8Array|null = null,
  public pid: number = 0,
  public started: string|Uint8Array|null = null,
  public boot: string|Uint8Array|null = null,
  public sinceNs: bigint = BigInt('0')
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const tenant = (this.tenant !== null ? builder.createString(this.tenant!) : 0);
  const share = (this.share !== null ? builder.createString(this.share!) : 0);
  const token = (this.token !== null ? builder.createString(this.token!) : 0);
  const host = (this.host !== null ? builder.createString(this.host!) : 0);
  const started = (this.started !== null ? builder.createString(this.started!) : 0);
  const boot = (this.boot !== null ? builder.createString(this.boot!) : 0);

  return Lease.createLease(builder,
    this.format,
    tenant,
    share,
    this.number,
    this.state,
    token,
    this.beat,
    this.expiryMs,
    host,
    this.pid,
    started,
    boot,
    this.sinceNs
  );
}
}

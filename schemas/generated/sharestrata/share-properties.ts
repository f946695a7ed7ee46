// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

import * as flatbuffers from 'flatbuffers';

import { AccessPolicy, AccessPolicyT } from '../sharestrata/access-policy.js';
import { Property, PropertyT } from '../sharestrata/property.js';


export class ShareProperties {
  bb: flatbuffers.ByteBuffer|null = null;
  bb_pos = 0;
  __init(i:number, bb:flatbuffers.ByteBuffer):ShareProperties {
  this.bb_pos = i;
  this.bb = bb;
  return this;
}

static getRootAsShareProperties(bb:flatbuffers.ByteBuffer, obj?:ShareProperties):ShareProperties {
  return (obj || new ShareProperties()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

static getSizePrefixedRootAsShareProperties(bb:flatbuffers.ByteBuffer, obj?:ShareProperties):ShareProperties {
  bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);
  return (obj || new ShareProperties()).__init(bb.readInt32(bb.position()) + bb.position(), bb);
}

properties(index: number, obj?:Property):Property|null {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? (obj || new Property()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

propertiesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 4);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

metadata(index: number, obj?:Property):Property|null {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? (obj || new Property()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

metadataLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 6);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

accessPolicies(index: number, obj?:AccessPolicy):AccessPolicy|null {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? (obj || new AccessPolicy()).__init(this.bb!.__indirect(this.bb!.__vector(this.bb_pos + offset) + index * 4), this.bb!) : null;
}

accessPoliciesLength():number {
  const offset = this.bb!.__offset(this.bb_pos, 8);
  return offset ? this.bb!.__vector_len(this.bb_pos + offset) : 0;
}

hasAccessPolicies():boolean {
  const offset = this.bb!.__offset(this.bb_pos, 10);
  return offset ? !!this.bb!.readInt8(this.bb_pos + offset) : false;
}

static startShareProperties(builder:flatbuffers.Builder) {
  builder.startObject(4);
}

static addProperties(builder:flatbuffers.Builder, propertiesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(0, propertiesOffset, 0);
}

static createPropertiesVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startPropertiesVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addMetadata(builder:flatbuffers.Builder, metadataOffset:flatbuffers.Offset) {
  builder.addFieldOffset(1, metadataOffset, 0);
}

static createMetadataVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startMetadataVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addAccessPolicies(builder:flatbuffers.Builder, accessPoliciesOffset:flatbuffers.Offset) {
  builder.addFieldOffset(2, accessPoliciesOffset, 0);
}

static createAccessPoliciesVector(builder:flatbuffers.Builder, data:flatbuffers.Offset[]):flatbuffers.Offset {
  builder.startVector(4, data.length, 4);
  for (let i = data.length - 1; i >= 0; i--) {
    builder.addOffset(data[i]!);
  }
  return builder.endVector();
}

static startAccessPoliciesVector(builder:flatbuffers.Builder, numElems:number) {
  builder.startVector(4, numElems, 4);
}

static addHasAccessPolicies(builder:flatbuffers.Builder, hasAccessPolicies:boolean) {
  builder.addFieldInt8(3, +hasAccessPolicies, +false);
}

static endShareProperties(builder:flatbuffers.Builder):flatbuffers.Offset {
  const offset = builder.endObject();
  return offset;
}

static createShareProperties(builder:flatbuffers.Builder, propertiesOffset:flatbuffers.Offset, metadataOffset:flatbuffers.Offset, accessPoliciesOffset:flatbuffers.Offset, hasAccessPolicies:boolean):flatbuffers.Offset {
  ShareProperties.startShareProperties(builder);
  ShareProperties.addProperties(builder, propertiesOffset);
  ShareProperties.addMetadata(builder, metadataOffset);
  ShareProperties.addAccessPolicies(builder, accessPoliciesOffset);
  ShareProperties.addHasAccessPolicies(builder, hasAccessPolicies);
  return ShareProperties.endShareProperties(builder);
}

unpack(): SharePropertiesT {
  return new SharePropertiesT(
    this.bb!.createObjList(this.properties.bind(this), this.propertiesLength()),
    this.bb!.createObjList(this.metadata.bind(this), this.metadataLength()),
    this.bb!.createObjList(this.accessPolicies.bind(this), this.accessPoliciesLength()),
    this.hasAccessPolicies()
  );
}


unpackTo(_o: SharePropertiesT): void {
  _o.properties = this.bb!.createObjList(this.properties.bind(this), this.propertiesLength());
  _o.metadata = this.bb!.createObjList(this.metadata.bind(this), this.metadataLength());
  _o.accessPolicies = this.bb!.createObjList(this.accessPolicies.bind(this), this.accessPoliciesLength());
  _o.hasAccessPolicies = this.hasAccessPolicies();
}
}

export class SharePropertiesT {
constructor(
  public properties: (PropertyT)[] = [],
  public metadata: (PropertyT)[] = [],
  public accessPolicies: (AccessPolicyT)[] = [],
  public hasAccessPolicies: boolean = false
){}


pack(builder:flatbuffers.Builder): flatbuffers.Offset {
  const properties = ShareProperties.createPropertiesVector(builder, builder.createObjectOffsetList(this.properties));
  const metadata = ShareProperties.createMetadataVector(builder, builder.createObjectOffsetList(this.metadata));
  const accessPolicies = ShareProperties.createAccessPoliciesVector(builder, builder.createObjectOffsetList(this.accessPolicies));

  return ShareProperties.createShareProperties(builder,
    properties,
    metadata,
    accessPolicies,
    this.hasAccessPolicies
  );
}
}

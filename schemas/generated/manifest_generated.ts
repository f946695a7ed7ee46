// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { AccessPolicy, AccessPolicyT } from './sharestrata/access-policy.js';
export { Counters, CountersT } from './sharestrata/counters.js';
export { Manifest, ManifestT } from './sharestrata/manifest.js';
export { ObjectRef, ObjectRefT } from './sharestrata/object-ref.js';
export { PassedOver, PassedOverT } from './sharestrata/passed-over.js';
export { Property, PropertyT } from './sharestrata/property.js';
export { Reading } from './sharestrata/reading.js';
export { ScanResult, ScanResultT } from './sharestrata/scan-result.js';
export { ShareProperties, SharePropertiesT } from './sharestrata/share-properties.js';
export { SnapshotStatus } from './sharestrata/snapshot-status.js';

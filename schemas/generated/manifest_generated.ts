// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { Counters, CountersT } from './sharestrata/counters.js';
export { Manifest, ManifestT } from './sharestrata/manifest.js';
export { ObjectRef, ObjectRefT } from './sharestrata/object-ref.js';
export { PassedOver, PassedOverT } from './sharestrata/passed-over.js';
export { ScanResult, ScanResultT } from './sharestrata/scan-result.js';
export { SnapshotStatus } from './sharestrata/snapshot-status.js';

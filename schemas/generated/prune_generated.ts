// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { IdRange, IdRangeT } from './sharestrata/id-range.js';
export { PruneRecord, PruneRecordT } from './sharestrata/prune-record.js';
export { RewrittenBundle, RewrittenBundleT } from './sharestrata/rewritten-bundle.js';
export { SnapshotRemoval, SnapshotRemovalT } from './sharestrata/snapshot-removal.js';

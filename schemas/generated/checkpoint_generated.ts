// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { CatalogEnvironment } from './sharestrata/catalog-environment.js';
export { Checkpoint, CheckpointT } from './sharestrata/checkpoint.js';
export { CheckpointFile, CheckpointFileT } from './sharestrata/checkpoint-file.js';
export { CheckpointPart, CheckpointPartT } from './sharestrata/checkpoint-part.js';
export { Codec } from './sharestrata/codec.js';
export { ObjectRef, ObjectRefT } from './sharestrata/object-ref.js';

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { Bundle, BundleT } from './sharestrata/bundle.js';
export { Content, ContentT } from './sharestrata/content.js';
export { ContentKind } from './sharestrata/content-kind.js';
export { ContentPart, ContentPartT } from './sharestrata/content-part.js';
export { DirectoryMetadata, DirectoryMetadataT } from './sharestrata/directory-metadata.js';
export { FileMetadata, FileMetadataT } from './sharestrata/file-metadata.js';
export { NodeKind } from './sharestrata/node-kind.js';
export { NodePut, NodePutT } from './sharestrata/node-put.js';
export { NodeRemoval, NodeRemovalT } from './sharestrata/node-removal.js';
export { Permission, PermissionT } from './sharestrata/permission.js';
export { PermissionFormat } from './sharestrata/permission-format.js';
export { Posix, PosixT } from './sharestrata/posix.js';
export { Segment, SegmentT } from './sharestrata/segment.js';

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { DirectoryMetadata, DirectoryMetadataT } from './sharestrata/directory-metadata.js';
export { FileMetadata, FileMetadataT } from './sharestrata/file-metadata.js';
export { Pair, PairT } from './sharestrata/pair.js';
export { Posix, PosixT } from './sharestrata/posix.js';
export { Xattr, XattrT } from './sharestrata/xattr.js';

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { DedupScope } from './sharestrata/dedup-scope.js';
export { Encryption } from './sharestrata/encryption.js';
export { Share, ShareT } from './sharestrata/share.js';

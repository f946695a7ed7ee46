// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { BundleIndex, BundleIndexT } from './sharestrata/bundle-index.js';
export { BundleMember, BundleMemberT } from './sharestrata/bundle-member.js';
export { Codec } from './sharestrata/codec.js';

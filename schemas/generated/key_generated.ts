// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { Key, KeyT } from './sharestrata/key.js';
export { KeyKind } from './sharestrata/key-kind.js';

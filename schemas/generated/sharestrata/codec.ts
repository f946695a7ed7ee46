// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum Codec {
  Stored = 0,
  Zstd = 1
}

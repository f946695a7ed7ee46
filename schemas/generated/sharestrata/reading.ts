// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum Reading {
  Unknown = 0,
  Frozen = 1,
  Live = 2
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum DedupScope {
  Share = 0,
  Tenant = 1
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum CatalogEnvironment {
  Tree = 0,
  Identities = 1,
  Dedup = 2
}

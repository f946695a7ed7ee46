// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum ContentKind {
  Bundled = 0,
  Blob = 1,
  List = 2,
  Foreign = 3
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum NodeKind {
  Directory = 0,
  File = 1,
  Symlink = 2
}

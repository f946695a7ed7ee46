// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum KeyKind {
  Passphrase = 0,
  KeyFile = 1
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum Encryption {
  None = 0,
  Aes256Gcm = 1
}

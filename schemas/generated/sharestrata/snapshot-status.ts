// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum SnapshotStatus {
  Complete = 0,
  WithErrors = 1
}

// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum LeaseState {
  Held = 0,
  Released = 1
}

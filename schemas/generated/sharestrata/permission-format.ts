// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export enum PermissionFormat {
  Sddl = 0,
  Binary = 1
}

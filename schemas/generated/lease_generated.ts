// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.

export { Lease, LeaseT } from './sharestrata/lease.js';
export { LeaseState } from './sharestrata/lease-state.js';

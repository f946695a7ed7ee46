// The types of probes.mjs, for the tests that import it.
export function findCommand(name: string): string | undefined;
export function isRoot(): boolean;
export function fuseObstacle(): string | undefined;

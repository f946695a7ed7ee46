// Owns how far the tests go that can go on for long: files called *.wide.test.ts run in `npm test`, and in `npm run test:long` once more and further.

/** Whether this is a run of the long tests; vitest.config.ts says so. */
export const isLong = process.env["SHARESTRATA_TEST_EXTENT"] === "long";

/** What one run takes in the one case or the other. */
export function inLong<T>(long: T, quick: T): T {
  return isLong ? long : quick;
}

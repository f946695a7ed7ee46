import { expect, test } from "vitest";
import { listHash } from "../../../store/content/list-hash.js";
import { noise, sha256 } from "../support/content.js";

test("is the SHA-256 over the parts' SHA-256s, in order", () => {
  const parts = [sha256(noise(10)), sha256(noise(20))];
  expect(new Uint8Array(listHash(Buffer.concat(parts)))).toEqual(sha256(Buffer.concat(parts)));
  expect(listHash(Buffer.concat(parts.toReversed()))).not.toEqual(listHash(Buffer.concat(parts)));
});

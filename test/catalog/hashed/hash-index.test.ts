import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HashIndex } from "../../../catalog/hashed/hash-index.js";
import { temporaryDirectory } from "../../support/tmp.js";

const ADD_HASH = join(import.meta.dirname, "add-hash.ts");

it("an index that is claimed has what another process gave it before, even if it was looked at just now", async () => {
  await using folder = await temporaryDirectory();
  await using index = new HashIndex(folder.path);
  const given = hash("sha256", "given", "buffer");
  expect(index.get(given)).toBeUndefined();
  // Nothing else gets its turn meanwhile, so that what was read is still that state.
  execFileSync(process.execPath, ["--import", "tsx", ADD_HASH, folder.path, given.toString("hex")]);
  index.claimed();
  expect(index.get(given)).toBe(7);
});

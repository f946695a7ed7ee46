// Names that no file can have, as a transport that is mistaken or lied to might ask for them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operations } from "../../fs/operations.js";
import { UnmountedFixture, codeOf, resolve } from "./support/unmounted.js";

const BAD_NAMES = ["", ".", "..", "/", "a/b", "../..", "plain.txt/", "\0", "plain.txt\0", "\uD800", "x".repeat(5000)];

describe("a name that no file can have", () => {
  let fixture: UnmountedFixture;
  let operations: Operations;

  beforeAll(async () => {
    fixture = await UnmountedFixture.build();
    operations = await fixture.open();
  });
  afterAll(async () => {
    await operations?.[Symbol.asyncDispose]();
    await fixture?.[Symbol.asyncDispose]();
  });

  it.each(BAD_NAMES.map((name) => JSON.stringify(name).slice(0, 40)))(
    "%s is not there, at any level",
    async (shown) => {
      const name = BAD_NAMES.find((one) => JSON.stringify(one).slice(0, 40) === shown) ?? "";
      for (const path of ["/", "/acme", "/acme/docs", `/acme/docs/${fixture.first.name}/deep`]) {
        const parent = await resolve(operations, path);
        expect([path, await codeOf(() => operations.lookup(parent, name))]).toEqual([path, "ENOENT"]);
      }
      expect(fixture.logged).toEqual([]);
    },
  );
});

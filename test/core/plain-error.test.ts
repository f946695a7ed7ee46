import { expect, it } from "vitest";
import { DamagedError, SharestrataError, SourceError, StoreError } from "../../core/errors.js";
import { plainError, revivedError } from "../../core/plain-error.js";

it.each([
  new SourceError("FILE_CHANGED", "It changed.", { retryable: true, fields: { path: "/a" } }),
  new StoreError("STORE_FULL", "It is full."),
  new DamagedError("It is damaged.", { where: "x" }),
  new SharestrataError("INTERNAL", "A fault.", { n: 1 }, Object.assign(new Error("cause"), { code: "EIO" })),
])("comes through a structured clone as what it was: %s", (error) => {
  const again = revivedError(structuredClone(plainError(error)));
  expect(again).toBeInstanceOf(error.constructor);
  const { code, message, fields, stack } = error;
  expect(again).toMatchObject({ code, message, fields, stack });
  expect("retryable" in again ? again.retryable : undefined).toBe("retryable" in error ? error.retryable : undefined);
  expect(again.cause).toEqual(error.cause);
});

// While a page is looked at, the next one is on its way; and only as long as somebody wants it.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import type { StorageRequest } from "../../../emulator/http/storage-request.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
let session: SourceSession;

beforeEach(async () => {
  azure = await startAzure();
  for (let index = 0; index < 35; index++) await azure.addFile([`file ${index}`], new Uint8Array());
  session = await azure.source.open();
});

afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await azure[Symbol.asyncDispose]();
});

/** Resolves when the n-th page of the root is asked for. */
function askedFor(page: number): Promise<void> {
  let pages = 0;
  return new Promise((resolve) => {
    const where = ({ query }: StorageRequest): boolean => {
      if (query.get("maxresults") === "10" && ++pages === page) resolve();
      return false;
    };
    azure.emulator.faults.add({ match: { operation: "List Directory", where }, fault: { kind: "cut" } });
  });
}

it("the next page is asked for before the first one has been looked at, and no further one", async () => {
  const second = askedFor(2);
  const pages = session.list([])[Symbol.asyncIterator]();
  const before = azure.emulator.requests.count("List Directory");
  const first = await pages.next();
  await second;
  expect(first.done).toBe(false);
  expect(azure.emulator.requests.count("List Directory") - before).toBeLessThanOrEqual(2);
  const names = first.done === true ? [] : first.value.map(({ name }) => name);
  for (let page = await pages.next(); page.done !== true; page = await pages.next()) {
    names.push(...page.value.map(({ name }) => name));
  }
  expect(new Set(names).size).toBe(35);
  expect(names).toHaveLength(35);
  expect(azure.emulator.requests.count("List Directory") - before).toBe(4);
});

it("a page that nobody wants is called off", async () => {
  const second = askedFor(2);
  azure.emulator.faults.add({
    match: { operation: "List Directory", where: ({ query }) => query.get("marker") !== undefined },
    fault: { kind: "stall" },
  });
  for await (const page of session.list([])) {
    expect(page).toHaveLength(10);
    await second;
    break;
  }
  // Its connection is closed at once, and not when the time for an answer is over.
  while (azure.emulator.requests.log.at(-1)?.status !== 0) await new Promise((resolve) => setImmediate(resolve));
});

it("what a page fails with that was asked for ahead is told when its turn has come", async () => {
  const second = askedFor(2);
  azure.emulator.faults.add({
    match: { operation: "List Directory", where: ({ query }) => query.get("marker") !== undefined },
    fault: { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" },
  });
  const pages = session.list([])[Symbol.asyncIterator]();
  await pages.next();
  await second;
  await expect(pages.next()).rejects.toMatchObject({ code: "ACCESS_DENIED" });
});

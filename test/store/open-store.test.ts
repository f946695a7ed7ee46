import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openObjectStore } from "../../store/open-store.js";
import { folderForTest } from "./support/stores.js";

test("opens a folder by its file URI, characters and all", async () => {
  const folder = join(await folderForTest(), "mit Leerzeichen und ü%");
  const uri = pathToFileURL(folder).href;
  await expect(openObjectStore(uri)).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
  await using store = await openObjectStore(uri, { create: true });
  expect(store.uri).toBe(uri);
});

test.each([
  "s3x://bucket/prefix?secret=hunter2",
  "not a uri: hunter2",
  "/a/path",
  "file://relative/path",
  "file:///a?b",
])("refuses %s as USAGE, naming what is known", async (uri) => {
  const opening = openObjectStore(uri);
  await expect(opening).rejects.toMatchObject({ code: "USAGE" });
  await expect(opening).rejects.toThrow("file:///srv/backup");
  await expect(opening).rejects.not.toThrow("hunter2");
});

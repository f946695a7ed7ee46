import type { DirectoryListFilesAndDirectoriesSegmentResponse } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { failure, startFixture } from "./fixture.js";

const everything = {
  includeTimestamps: true,
  includeEtag: true,
  includeAttributes: true,
  includePermissionKey: true,
  includeExtendedInfo: true,
} as const;

function entryNames(page: DirectoryListFilesAndDirectoriesSegmentResponse): string[] {
  const { fileItems, directoryItems } = page.segment;
  return [...directoryItems, ...fileItems].map(({ name }) => name);
}

test("one level is listed, files and directories, in pages that miss and repeat nothing", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  const expected: string[] = [];
  for (let index = 0; index < 23; index++) {
    const name = `n${String(index).padStart(2, "0")}`;
    expected.push(name);
    if (index % 3 === 0) seed.file(`${name}/inside`);
    else seed.file(name);
  }
  const found: string[] = [];
  let pages = 0;
  for await (const page of share.rootDirectoryClient.listFilesAndDirectories().byPage({ maxPageSize: 5 })) {
    found.push(...entryNames(page));
    pages++;
  }
  expect(found.sort()).toEqual(expected);
  expect(pages).toBe(5);
});

test("a page never holds more than 5000 entries, whatever is asked", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  for (let index = 0; index < 5001; index++) seed.file(`f${index}`);
  const sizes: number[] = [];
  const pages = share.rootDirectoryClient.listFilesAndDirectories().byPage({ maxPageSize: 9000 });
  for await (const page of pages) sizes.push(page.segment.fileItems.length);
  expect(sizes).toEqual([5000, 1]);
});

test.each([0, -1])("maxresults=%i is out of range", async (maxPageSize) => {
  await using fixture = await startFixture();
  const pages = fixture.share.rootDirectoryClient.listFilesAndDirectories().byPage({ maxPageSize });
  expect(await failure(pages.next())).toMatchObject({
    statusCode: 400,
    code: "OutOfRangeQueryParameterValue",
  });
});

test("a page goes on behind an entry that was deleted meanwhile", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  for (const name of ["a", "b", "c", "d"]) seed.file(name);
  const pages = share.rootDirectoryClient.listFilesAndDirectories().byPage({ maxPageSize: 2 });
  expect(entryNames((await pages.next()).value)).toEqual(["a", "b"]);
  seed.remove("b");
  expect(entryNames((await pages.next()).value)).toEqual(["c", "d"]);
});

test("a marker this server never gave is refused", async () => {
  await using fixture = await startFixture();
  const pages = fixture.share.rootDirectoryClient.listFilesAndDirectories().byPage({ continuationToken: "nonsense" });
  expect(await failure(pages.next())).toMatchObject({ code: "InvalidQueryParameterValue" });
});

test("an empty directory has one page with nothing on it", async () => {
  await using fixture = await startFixture();
  const page = await fixture.share.rootDirectoryClient.listFilesAndDirectories(everything).byPage().next();
  expect(page.value.segment).toEqual({ fileItems: [], directoryItems: [] });
  expect(page.value.continuationToken).toBe("");
});

test("a prefix selects names in any case on an SMB share", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  for (const name of ["Report.doc", "report2.doc", "rep", "summary"]) seed.file(name);
  const page = await share.rootDirectoryClient.listFilesAndDirectories({ prefix: "REPORT" }).byPage().next();
  expect(entryNames(page.value)).toEqual(["Report.doc", "report2.doc"]);
});

test("fields come only when they are asked for", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("a", "123");
  const root = share.rootDirectoryClient;
  const bare = (await root.listFilesAndDirectories().next()).value;
  expect(bare.properties).toEqual({ contentLength: 3 });
  expect(bare.fileId).toBe((await root.getFileClient("a").getProperties()).fileId);
  expect(bare).not.toHaveProperty("attributes", expect.anything());
  const etagOnly = (await root.listFilesAndDirectories({ includeEtag: true }).next()).value;
  expect(etagOnly.properties.etag).toMatch(/^"0x[0-9A-F]+"$/);
  expect(etagOnly.properties.creationTime).toBeUndefined();
});

test("one entry carries all that tells a change, as the file's own properties do", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("dir/a", "123", { creationTime: "2001-02-03T04:05:06.1234567Z" });
  const directory = share.getDirectoryClient("dir");
  const page = (await directory.listFilesAndDirectories(everything).byPage().next()).value;
  const [item] = page.segment.fileItems;
  const properties = await directory.getFileClient("a").getProperties();
  expect(item).toMatchObject({
    name: "a",
    fileId: properties.fileId,
    attributes: "Archive",
    permissionKey: properties.filePermissionKey,
    properties: {
      contentLength: 3,
      etag: properties.etag,
      lastModified: properties.lastModified,
      lastWriteTime: properties.fileLastWriteOn,
      changeTime: properties.fileChangeOn,
      creationTime: properties.fileCreatedOn,
    },
  });
  expect(page._response.bodyAsText).toContain("2001-02-03T04:05:06.1234567Z");
  expect(page._response.bodyAsText?.charCodeAt(0)).toBe(0xfeff);
  expect(page.directoryId).toBe((await directory.getProperties()).fileId);
});

test("the root is directory 0", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  expect((await root.getProperties()).fileId).toBe("0");
  const page = (await root.listFilesAndDirectories({ includeExtendedInfo: true }).byPage().next()).value;
  expect(page.directoryId).toBe("0");
});

test("a directory that is missing, or a file, cannot be listed", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("file");
  const list = (path: string) => share.getDirectoryClient(path).listFilesAndDirectories().next();
  expect(await failure(list("none"))).toMatchObject({ code: "ResourceNotFound" });
  expect(await failure(list("none/deeper"))).toMatchObject({ code: "ParentNotFound" });
  expect(await failure(list("file"))).toMatchObject({ code: "ResourceTypeMismatch" });
});

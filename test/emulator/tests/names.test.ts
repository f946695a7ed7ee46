import { ShareServiceClient } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { bytesOf, failure, signed, startFixture } from "./fixture.js";

const awkward = [
  "100% sure",
  "%41%2F",
  "a#b",
  "a+b",
  " leading and trailing ",
  "Überweisung für Zoë",
  "日本語",
  "smile 😀",
  "quote'and&amp;",
  "semi;colon=equals",
  "tilde~!@$^()[]{}`,",
  "noncharacter \uFFFE and \uFFFF",
];

test.each(awkward)("the name %j is kept from create to listing and back", async (name) => {
  await using fixture = await startFixture();
  const directory = fixture.share.getDirectoryClient(name);
  await directory.create();
  const file = directory.getFileClient(`${name}.txt`);
  await file.create(4);
  await file.uploadRange("data", 0, 4);
  const root = fixture.share.rootDirectoryClient;
  expect((await root.listFilesAndDirectories().next()).value).toMatchObject({ kind: "directory", name });
  const page = (await directory.listFilesAndDirectories().byPage().next()).value;
  expect(page.directoryPath).toBe(name);
  const [item] = page.segment.fileItems;
  expect(item?.name).toBe(`${name}.txt`);
  expect((await bytesOf(await directory.getFileClient(item!.name).download())).toString()).toBe("data");
});

test("names XML cannot hold travel percent-encoded and marked", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("x\uFFFE");
  const page = (await share.rootDirectoryClient.listFilesAndDirectories().byPage().next()).value;
  expect(page._response.bodyAsText).toContain('<Name Encoded="true">x%EF%BF%BE</Name>');
});

test("a trailing dot is dropped unless it is allowed", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  await share.rootDirectoryClient.getFileClient("report.").create(1);
  const { live } = emulator.service().share("data");
  expect(live.find(["report"])).toBeDefined();
  const dotted = ShareServiceClient.fromConnectionString(emulator.connectionString(), {
    allowTrailingDot: true,
    allowSourceTrailingDot: true,
  });
  const file = dotted.getShareClient("data").rootDirectoryClient.getFileClient("report.");
  await file.create(2);
  expect(live.find(["report"])?.state).toMatchObject({ size: 1 });
  expect(live.find(["report."])?.state).toMatchObject({ size: 2 });
});

test("case is kept, and makes no second file on an SMB share", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const root = share.rootDirectoryClient;
  await root.getFileClient("ReadMe.TXT").create(3);
  expect((await root.getFileClient("readme.txt").getProperties()).contentLength).toBe(3);
  expect(emulator.service().share("data").live.find(["README.txt"])?.path).toEqual(["ReadMe.TXT"]);
  await root.createSubdirectory("STRASSE");
  await root.createSubdirectory("straße");
});

test("case makes a second file on an NFS share", async () => {
  await using fixture = await startFixture();
  const share = fixture.service.getShareClient("posix");
  await share.create({ protocols: { nfsEnabled: true } });
  await share.rootDirectoryClient.getFileClient("a").create(1);
  await share.rootDirectoryClient.getFileClient("A").create(2);
  expect((await share.rootDirectoryClient.getFileClient("a").getProperties()).contentLength).toBe(1);
});

test.each(['a"b', "a:b", "a|b", "a<b", "a*b", "a?b", "tab\there", "x".repeat(256), "LPT1", "con", "clock$"])(
  "the name %j is refused",
  async (name) => {
    await using fixture = await startFixture();
    const file = fixture.share.rootDirectoryClient.getFileClient(name);
    expect(await failure(file.create(0))).toMatchObject({
      statusCode: 400,
      code: "InvalidResourceName",
    });
  },
);

test("a backslash parts names on an SMB share, and is part of one on an NFS share", async () => {
  await using fixture = await startFixture();
  await fixture.share.createDirectory("dir");
  expect((await signed(fixture.emulator, "PUT", "/data/dir%5Csub", { query: { restype: "directory" } })).status).toBe(
    201,
  );
  expect(fixture.emulator.service().share("data").live.find(["dir", "sub"])?.state.kind).toBe("directory");
  const posix = fixture.service.getShareClient("posix");
  await posix.create({ protocols: { nfsEnabled: true } });
  await posix.rootDirectoryClient.getFileClient("a\\b").create(0);
  expect(fixture.emulator.service().share("posix").live.find(["a\\b"])).toBeDefined();
});

test("a path may be 250 names deep", async () => {
  await using fixture = await startFixture();
  const { seed } = fixture.emulator.service().share("data");
  const deep = Array.from({ length: 250 }, () => "d").join("/");
  seed.directory(deep);
  expect(() => seed.directory(`${deep}/d`)).toThrow(expect.objectContaining({ code: "InvalidResourceName" }));
});

test("a name may have 255 characters", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("ü".repeat(255));
  await file.create(0);
  expect(await file.exists()).toBe(true);
});

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bytesOf, failure, signed, startFixture, type Fixture } from "./fixture.js";

function fileWith(fixture: Fixture, text: string) {
  fixture.emulator.service().share("data").seed.file("a", text);
  return fixture.share.rootDirectoryClient.getFileClient("a");
}

test("a range read gives 206, its bytes and where they lie", async () => {
  await using fixture = await startFixture();
  const file = fileWith(fixture, "0123456789");
  const part = await file.download(3, 4);
  expect(part._response.status).toBe(206);
  expect(part.contentRange).toBe("bytes 3-6/10");
  expect(part.contentLength).toBe(4);
  expect((await bytesOf(part)).toString()).toBe("3456");
  expect((await bytesOf(await file.download(7))).toString()).toBe("789");
  const beyond = await file.download(8, 100);
  expect(beyond.contentRange).toBe("bytes 8-9/10");
});

test("a whole read gives 200", async () => {
  await using fixture = await startFixture();
  const whole = await fileWith(fixture, "0123456789").download();
  expect(whole._response.status).toBe(200);
  expect(whole.contentRange).toBeUndefined();
  expect((await bytesOf(whole)).toString()).toBe("0123456789");
});

test("a range of an empty file, or behind the end, is 416 and tells the size", async () => {
  await using fixture = await startFixture();
  const empty = await failure(fileWith(fixture, "").download(0, 1));
  expect(empty).toMatchObject({ statusCode: 416, code: "InvalidRange" });
  expect((empty as never as { response: { headers: Map<string, string> } }).response.headers.get("content-range")).toBe(
    "bytes */0",
  );
  const behind = await failure(fileWith(fixture, "123").download(3, 1));
  expect(behind).toMatchObject({ statusCode: 416 });
  expect((await bytesOf(await fileWith(fixture, "").download())).length).toBe(0);
});

test("an MD5 is computed for a range that asks, up to 4 MiB", async () => {
  await using fixture = await startFixture();
  const file = fileWith(fixture, "0123456789");
  const part = await file.download(2, 3, { rangeGetContentMD5: true });
  const md5 = createHash("md5").update("234").digest();
  expect(Buffer.from(part.contentMD5!)).toEqual(md5);
  const large = fixture.share.rootDirectoryClient.getFileClient("large");
  await large.create(5 << 20);
  const tooMuch = large.download(0, (4 << 20) + 1, { rangeGetContentMD5: true });
  expect((await failure(tooMuch)).statusCode).toBe(400);
});

test("ranges written apart leave holes that read as zeros", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("sparse");
  await file.create(4096);
  await file.uploadRange("head", 0, 4);
  await file.uploadRange("tail", 4092, 4);
  const bytes = await bytesOf(await file.download());
  expect(bytes.subarray(0, 4).toString()).toBe("head");
  expect(bytes.subarray(4, 4092).equals(Buffer.alloc(4088))).toBe(true);
  expect(bytes.subarray(4092).toString()).toBe("tail");
  expect((await file.getRangeList()).rangeList).toEqual([
    { start: 0, end: 3 },
    { start: 4092, end: 4095 },
  ]);
  expect((await file.getRangeList({ range: { offset: 100 } })).rangeList).toEqual([{ start: 4092, end: 4095 }]);
});

test("clearing releases whole blocks and zeroes the rest", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(2048);
  await file.uploadRange(Buffer.alloc(2048, 7), 0, 2048);
  await file.clearRange(100, 1000);
  const bytes = await bytesOf(await file.download());
  expect(bytes.subarray(0, 100).equals(Buffer.alloc(100, 7))).toBe(true);
  expect(bytes.subarray(100, 1100).equals(Buffer.alloc(1000))).toBe(true);
  expect(bytes.subarray(1100).equals(Buffer.alloc(948, 7))).toBe(true);
  expect((await file.getRangeList()).rangeList).toEqual([
    { start: 0, end: 511 },
    { start: 1024, end: 2047 },
  ]);
});

test("a write behind the end is InvalidRange, and above 4 MiB too large", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(8);
  expect(await failure(file.uploadRange("123456789", 0, 9))).toMatchObject({
    statusCode: 416,
    code: "InvalidRange",
  });
  await file.resize(5 << 20);
  const large = Buffer.alloc((4 << 20) + 1);
  const error = await failure(file.uploadRange(large, 0, large.length));
  expect(error.message).toContain("4");
});

test("a body that is not what its MD5 says is refused and not written", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(4);
  const contentMD5 = createHash("md5").update("else").digest();
  expect(await failure(file.uploadRange("data", 0, 4, { contentMD5 }))).toMatchObject({
    statusCode: 400,
    code: "Md5Mismatch",
  });
  expect(await bytesOf(await file.download())).toEqual(Buffer.alloc(4));
  const right = createHash("md5").update("data").digest();
  await file.uploadRange("data", 0, 4, { contentMD5: right });
});

test("shrinking drops bytes for good", async () => {
  await using fixture = await startFixture();
  const file = fileWith(fixture, "0123456789");
  await file.resize(4);
  await file.resize(8);
  expect((await bytesOf(await file.download())).toString()).toBe("0123\0\0\0\0");
});

test("the SDK's own upload and download of a large file agree", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("large");
  const bytes = Buffer.alloc(9 << 20);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((at * 2654435761) >>> 0, at);
  await file.uploadData(bytes, { rangeSize: 1 << 20, concurrency: 3 });
  const back = await file.downloadToBuffer(undefined, undefined, { rangeSize: 3 << 20 });
  expect(back.equals(bytes)).toBe(true);
});

test("bodies with CRC-64 checksums are understood and made", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const bytes = Buffer.alloc(5 << 20, "checksummed ");
  await file.create(bytes.length);
  const options = { contentChecksumAlgorithm: "StorageCrc64" } as const;
  await file.uploadRange(bytes.subarray(0, 1000), 0, 1000, options);
  await file.uploadRange(bytes.subarray(1000, 4 << 20), 1000, (4 << 20) - 1000);
  await file.uploadRange(bytes.subarray(4 << 20), 4 << 20, 1 << 20);
  const whole = await file.download(0, undefined, options);
  expect((await bytesOf(whole)).equals(bytes)).toBe(true);
  const part = await file.download(10, 20, options);
  expect((await bytesOf(part)).equals(bytes.subarray(10, 30))).toBe(true);
});

test("condition headers are not part of the file service", async () => {
  await using fixture = await startFixture();
  const file = fileWith(fixture, "x");
  const error = await failure(file.getProperties({ requestOptions: { customHeaders: { "If-Match": "*" } } } as never));
  expect(error.statusCode).toBe(400);
});

test("clearing a last block that is not full zeroes it and keeps the range", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(1);
  await file.uploadRange("A", 0, 1);
  await file.clearRange(0, 1);
  expect((await file.getRangeList()).rangeList).toEqual([{ start: 0, end: 0 }]);
  expect(await file.downloadToBuffer()).toEqual(Buffer.alloc(1));
});

test("a write tells of encryption and MD5 where it has stored bytes, and metadata alone tell of neither", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.file("a", "0123456789");
  const told = async (...request: Parameters<typeof signed> extends [unknown, ...infer Rest] ? Rest : never) => {
    const { status, headers } = await signed(emulator, ...request);
    const names = ["x-ms-server-encrypted", "x-ms-request-server-encrypted", "content-md5"];
    return [status, ...names.filter((name) => headers[name] !== undefined)];
  };
  const query = { comp: "range" };
  const range = { "x-ms-range": "bytes=0-3" };
  const update = { query, headers: { ...range, "x-ms-write": "update" }, body: "data" };
  expect(await told("PUT", "/data/a", update)).toEqual([201, "x-ms-request-server-encrypted", "content-md5"]);
  const clear = { query, headers: { ...range, "x-ms-write": "clear" }, body: "" };
  expect(await told("PUT", "/data/a", clear)).toEqual([201]);
  expect(await told("GET", "/data/a", { query: { comp: "metadata" } })).toEqual([200]);
  expect(await told("GET", "/data", { query: { restype: "directory", comp: "metadata" } })).toEqual([200]);
});

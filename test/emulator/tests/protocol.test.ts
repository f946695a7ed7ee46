// What a client could get wrong on the wire, and the words it is told so in.
import { FileSASPermissions } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { raw, signed, startFixture, type Fixture } from "./fixture.js";

async function expectError(
  fixture: Fixture,
  status: number,
  code: string,
  ...request: Parameters<typeof signed> extends [unknown, ...infer Rest] ? Rest : never
): Promise<void> {
  const answer = await signed(fixture.emulator, ...request);
  expect([answer.status, answer.headers["x-ms-error-code"]]).toEqual([status, code]);
}

const range = { comp: "range" };

test("a range write is refused for what it lacks or gets wrong", async () => {
  await using fixture = await startFixture();
  fixture.emulator.service().share("data").seed.file("a", "0123456789");
  const headers = { "x-ms-write": "update", "x-ms-range": "bytes=0-3" };
  const put = (changes: Record<string, string>, body = "data") =>
    ["PUT", "/data/a", { query: range, headers: { ...headers, ...changes }, body }] as const;
  await expectError(fixture, 400, "InvalidHeaderValue", ...put({ "x-ms-write": "append" }));
  await expectError(fixture, 400, "InvalidHeaderValue", ...put({ "x-ms-range": "bytes=3-0" }));
  await expectError(fixture, 400, "InvalidHeaderValue", ...put({ "x-ms-range": "lines=0-3" }));
  await expectError(fixture, 400, "InvalidHeaderValue", ...put({}, "more than four"));
  await expectError(fixture, 400, "InvalidMd5", ...put({ "content-md5": "short" }));
  await expectError(fixture, 400, "InvalidHeaderValue", ...put({ "x-ms-write": "clear" }));
  const { "x-ms-range": _, ...noRange } = headers;
  await expectError(fixture, 400, "MissingRequiredHeader", "PUT", "/data/a", {
    query: range,
    headers: noRange,
    body: "data",
  });
});

test("a range write above 4 MiB is too large", async () => {
  await using fixture = await startFixture();
  fixture.emulator
    .service()
    .share("data")
    .seed.file("a", "", { size: 8 << 20 });
  await expectError(fixture, 413, "RequestBodyTooLarge", "PUT", "/data/a", {
    query: range,
    headers: { "x-ms-write": "update", "x-ms-range": `bytes=0-${4 << 20}` },
    body: Buffer.alloc((4 << 20) + 1),
  });
});

test("a file is not created without its length", async () => {
  await using fixture = await startFixture();
  const headers = { "x-ms-type": "file" };
  await expectError(fixture, 400, "MissingRequiredHeader", "PUT", "/data/a", { headers, body: "" });
});

test("verbs, components and versions nobody knows are refused", async () => {
  await using fixture = await startFixture();
  await expectError(fixture, 405, "UnsupportedHttpVerb", "PATCH", "/data/a");
  await expectError(fixture, 400, "InvalidQueryParameterValue", "GET", "/data/a", {
    query: { comp: "nonsense" },
  });
  await expectError(fixture, 400, "InvalidHeaderValue", "GET", "/data", {
    query: { restype: "share" },
    headers: { "x-ms-version": "latest" },
  });
});

test("both kinds of permission at once are one too many", async () => {
  await using fixture = await startFixture();
  await expectError(fixture, 400, "InvalidHeaderValue", "PUT", "/data/a", {
    headers: {
      "x-ms-type": "file",
      "x-ms-content-length": "0",
      "x-ms-file-permission": "inherit",
      "x-ms-file-permission-key": "1*2",
    },
    body: "",
  });
});

test("times and attributes that are none are refused", async () => {
  await using fixture = await startFixture();
  const create = (header: string, value: string) =>
    [
      "PUT",
      "/data/a",
      { headers: { "x-ms-type": "file", "x-ms-content-length": "0", [header]: value }, body: "" },
    ] as const;
  for (const [header, value] of [
    ["x-ms-file-creation-time", "yesterday"],
    ["x-ms-file-last-write-time", "2026-13-01T00:00:00Z"],
    ["x-ms-file-attributes", "Shiny"],
    ["x-ms-file-attributes", "Directory"],
    ["x-ms-file-attributes", "None|ReadOnly"],
  ] as const) {
    await expectError(fixture, 400, "InvalidHeaderValue", ...create(header, value));
  }
  await expectError(fixture, 400, "OutOfRangeInput", ...create("x-ms-content-length", "-1"));
});

test("XML that is broken, or says too much, is refused", async () => {
  await using fixture = await startFixture();
  const query = { comp: "acl", restype: "share" };
  await expectError(fixture, 400, "InvalidXmlDocument", "PUT", "/data", { query, body: "<a><b></a>" });
  await expectError(fixture, 400, "InvalidXmlDocument", "PUT", "/data", { query, body: "<a>&#99999999;</a>" });
  const policy = "<SignedIdentifier><Id>x</Id></SignedIdentifier>";
  const body = `<?xml version="1.0"?><SignedIdentifiers>${policy.repeat(6)}</SignedIdentifiers>`;
  await expectError(fixture, 400, "InvalidXmlDocument", "PUT", "/data", { query, body });
});

test("a file's answer to GET carries the headers of its properties", async () => {
  await using fixture = await startFixture();
  fixture.emulator
    .service()
    .share("data")
    .seed.file("a", "x", { metadata: { Mixed: "Case" } });
  const got = await signed(fixture.emulator, "GET", "/data/a");
  const head = await signed(fixture.emulator, "HEAD", "/data/a");
  for (const name of ["etag", "last-modified", "x-ms-file-id", "content-length", "x-ms-type"]) {
    expect(head.headers[name], name).toBe(got.headers[name]);
  }
  expect(got.headers).toMatchObject({
    "accept-ranges": "bytes",
    "x-ms-server-encrypted": "true",
    "x-ms-meta-mixed": "Case",
  });
  expect(got.headers["x-ms-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(head.body).toHaveLength(0);
});

test("a version has to be said, and has to be one of the service's", async () => {
  await using fixture = await startFixture();
  const get = (version: string) =>
    ["GET", "/data", { query: { restype: "share" }, headers: { "x-ms-version": version } }] as const;
  expect((await signed(fixture.emulator, ...get("2014-02-14"))).headers["x-ms-version"]).toBe("2014-02-14");
  for (const version of ["2013-08-15", "2199-01-01", "latest", "2025-99-99"]) {
    await expectError(fixture, 400, "InvalidHeaderValue", ...get(version));
  }
  await expectError(fixture, 400, "MissingRequiredHeader", ...get(""));
});

test("a request by SAS is for the version the SAS was made for, unless it says another", async () => {
  await using fixture = await startFixture();
  fixture.emulator.service().share("data").seed.file("a", "x");
  const expiresOn = new Date(Date.now() + 60_000);
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const url = new URL(file.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("r") }));
  const answer = await raw(fixture.emulator, `${url.pathname}${url.search}`);
  expect([answer.status, answer.headers["x-ms-version"]]).toEqual([200, url.searchParams.get("sv")]);
});

test("a timeout, a snapshot or a client's id that is none is refused", async () => {
  await using fixture = await startFixture();
  const restype = "share";
  const get = (query: Record<string, string>, headers = {}) =>
    ["GET", "/data", { query: { restype, ...query }, headers }] as const;
  await expectError(fixture, 400, "InvalidQueryParameterValue", ...get({ timeout: "soon" }));
  await expectError(fixture, 400, "InvalidQueryParameterValue", ...get({ sharesnapshot: "yesterday" }));
  await expectError(fixture, 404, "ShareNotFound", ...get({ sharesnapshot: "2020-01-01T00:00:00.0000000Z" }));
  const long = { "x-ms-client-request-id": "x".repeat(1025) };
  await expectError(fixture, 400, "InvalidHeaderValue", ...get({}, long));
  const id = { "x-ms-client-request-id": "mine" };
  expect((await signed(fixture.emulator, ...get({}, id))).headers).toMatchObject(id);
});

test.each([
  ["Create File", "x-ms-type", "/data/b", {}, { "x-ms-content-length": "0" }],
  ["Create File", "x-ms-content-length", "/data/b", {}, { "x-ms-type": "file" }],
  ["Put Range", "x-ms-write", "/data/a", { comp: "range" }, { "x-ms-range": "bytes=0-0" }],
  ["Put Range", "x-ms-range", "/data/a", { comp: "range" }, { "x-ms-write": "clear" }],
  ["Lease File", "x-ms-lease-action", "/data/a", { comp: "lease" }, {}],
  ["Lease File", "x-ms-lease-id", "/data/a", { comp: "lease" }, { "x-ms-lease-action": "release" }],
  ["Lease Share", "x-ms-lease-action", "/data", { comp: "lease", restype: "share" }, {}],
  ["Force Close Handles", "x-ms-handle-id", "/data/a", { comp: "forceclosehandles" }, {}],
  ["Rename File", "x-ms-file-rename-source", "/data/b", { comp: "rename" }, {}],
  ["Abort Copy File", "x-ms-copy-action", "/data/a", { comp: "copy", copyid: "x" }, {}],
  ["Create Symbolic Link", "x-ms-link-text", "/posix/l", { restype: "symboliclink" }, {}],
  ["Create Hard Link", "x-ms-file-target-file", "/posix/l", { restype: "hardlink" }, { "x-ms-type": "file" }],
  [
    "Restore Share",
    "x-ms-deleted-share-version",
    "/gone",
    { restype: "share", comp: "undelete" },
    { "x-ms-deleted-share-name": "gone" },
  ],
] as const)("%s says that it lacks %s", async (operation, header, path, query, headers) => {
  await using fixture = await startFixture();
  fixture.emulator.service().share("data").seed.file("a", "x");
  fixture.emulator.service().createShare("posix", { protocol: "NFS" });
  const answer = await signed(fixture.emulator, "PUT", path, { query, headers, body: "" });
  expect([answer.status, answer.headers["x-ms-error-code"]]).toEqual([400, "MissingRequiredHeader"]);
  expect(answer.body.toString()).toContain(`<HeaderName>${header}</HeaderName>`);
  expect(fixture.emulator.requests.count(operation)).toBe(1);
});

test("a lease's id is a GUID wherever one is named", async () => {
  await using fixture = await startFixture();
  fixture.emulator.service().share("data").seed.file("a", "x");
  const headers = { "x-ms-lease-id": "mine" };
  await expectError(fixture, 400, "InvalidHeaderValue", "GET", "/data/a", { headers });
  await expectError(fixture, 400, "InvalidHeaderValue", "GET", "/data", { query: { restype: "share" }, headers });
  const acquire = { "x-ms-lease-action": "acquire", "x-ms-proposed-lease-id": "mine" };
  await expectError(fixture, 400, "InvalidHeaderValue", "PUT", "/data/a", {
    query: { comp: "lease" },
    headers: acquire,
    body: "",
  });
});

test("a share that cannot be there for its name is told from one that is not", async () => {
  await using fixture = await startFixture();
  const query = { restype: "share" };
  await expectError(fixture, 404, "ShareNotFound", "GET", "/nothing", { query });
  await expectError(fixture, 400, "InvalidResourceName", "GET", "/No_Name", { query });
  await expectError(fixture, 400, "OutOfRangeInput", "GET", "/ab", { query });
});

// What a client could get wrong on the wire, and the words it is told so in.
import { expect, test } from "vitest";
import { signed, startFixture, type Fixture } from "./fixture.js";

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
    ["PUT", "/data/a", { headers: { "x-ms-content-length": "0", [header]: value }, body: "" }] as const;
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

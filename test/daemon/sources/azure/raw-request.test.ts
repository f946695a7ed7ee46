// The requests for listings and ranges are made here and not by the SDK: they must be the SDK's own in everything that the service can see.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  AnonymousCredential,
  type ShareDirectoryClient,
  ShareServiceClient,
  StorageSharedKeyCredential,
} from "@azure/storage-file-share";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../../../daemon/sources/azure/failures.js";
import { listPage } from "../../../../daemon/sources/azure/list-page.js";
import { listChangedRanges, listRanges } from "../../../../daemon/sources/azure/range-list.js";

const OPTIONS = { allowTrailingDot: true, allowSourceTrailingDot: true, retryOptions: { maxTries: 1 } };
const FOLDER = "50% & #1?/report.";
const SNAPSHOT = "2026-11-20T10:00:43.0000000Z";
const LISTING = "<EnumerationResults><Entries /><NextMarker /></EnumerationResults>";
const RANGES =
  "<Ranges><Range><Start>512</Start><End>1023</End></Range><ClearRange><Start>0</Start><End>511</End></ClearRange></Ranges>";
/** Of one request alone, or made of what is. */
const ITS_OWN = ["x-ms-client-request-id", "x-ms-date", "authorization"];

let server: Server;
let url: string;
let seen: { url: string; headers: IncomingHttpHeaders }[];
let refusal: { status: number; headers: Record<string, string>; body: string } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    const own = { "Content-Type": "application/xml", "x-ms-content-length": "4096" };
    response.writeHead(refusal?.status ?? 200, { ...own, ...refusal?.headers });
    response.end(refusal?.body ?? (request.url?.includes("comp=rangelist") ? RANGES : LISTING));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
  refusal = undefined;
});

const key = new StorageSharedKeyCredential("account", Buffer.from("key").toString("base64"));
const sas = "?sv=2025-11-05&ss=f&sig=a%2Bb%2Fc%3D";
const clients: readonly [string, () => ShareServiceClient][] = [
  ["an account key", () => new ShareServiceClient(url, key, OPTIONS)],
  ["a SAS", () => new ShareServiceClient(`${url}${sas}`, new AnonymousCredential(), OPTIONS)],
  ["a backup's intent", () => new ShareServiceClient(url, key, { ...OPTIONS, fileRequestIntent: "backup" })],
];

const ours = (directory: ShareDirectoryClient, request: Partial<Parameters<typeof listPage>[2]>) =>
  listPage(directory, [], { marker: undefined, pageSize: 7, ...request }, new AbortController().signal);

async function theirs(directory: ShareDirectoryClient, prefix: string | undefined, marker: string | undefined) {
  const include = { includeTimestamps: true, includeEtag: true, includeAttributes: true, includePermissionKey: true };
  const wanted = { ...(prefix === undefined ? {} : { prefix }), includeExtendedInfo: true, ...include };
  const place = marker === undefined ? {} : { continuationToken: marker };
  await directory
    .listFilesAndDirectories(wanted)
    .byPage({ maxPageSize: 7, ...place })
    .next();
}

function asSeen({ url: target, headers }: (typeof seen)[number]): unknown {
  const { pathname, searchParams } = new URL(target, url);
  const rest = Object.entries(headers).filter(([name]) => !ITS_OWN.includes(name));
  const ownOnes = Object.keys(headers).filter((name) => ITS_OWN.includes(name));
  return { pathname, query: Object.fromEntries(searchParams), headers: Object.fromEntries(rest), ownOnes };
}

describe.each(clients)("the request for a page, with %s", (_, client) => {
  it.each([
    ["the first one", undefined, undefined, undefined],
    ["a later one", undefined, "2!8!a+b/c d=", undefined],
    ["of a share snapshot", SNAPSHOT, undefined, undefined],
    ["with a prefix, later, of a share snapshot", SNAPSHOT, "2!4!YQ==", "a&b %"],
  ])("is the SDK's own: %s", async (__, snapshot, marker, prefix) => {
    const share = client().getShareClient("docs");
    const directory = (snapshot === undefined ? share : share.withSnapshot(snapshot)).getDirectoryClient(FOLDER);
    await theirs(directory, prefix, marker);
    await ours(directory, { marker, prefix });
    const [sdk, own] = seen.map(asSeen);
    expect(own).toEqual(sdk);
    expect(seen).toHaveLength(2);
  });
});

describe.each(clients)("the request for changed ranges, with %s", (_, client) => {
  it.each([undefined, SNAPSHOT])(
    "is the SDK's own, of a file in the share or in its snapshot (%s)",
    async (snapshot) => {
      const share = client().getShareClient("docs");
      const directory = (snapshot === undefined ? share : share.withSnapshot(snapshot)).getDirectoryClient(FOLDER);
      const file = directory.getFileClient("a+b .vhd");
      const before = "2026-11-19T10:00:43.0000000Z";
      const {
        ranges = [],
        clearRanges = [],
        fileContentLength,
      } = await file.getRangeListDiff(before, { includeRenames: true });
      const told = await listChangedRanges(file, before, new AbortController().signal);
      const [sdk, own] = seen.map(asSeen);
      expect(own).toEqual(sdk);
      expect(seen).toHaveLength(2);
      expect([ranges, clearRanges]).toEqual([[{ start: 512, end: 1023 }], [{ start: 0, end: 511 }]]);
      expect(told).toEqual({ ranges: [{ start: 0, end: 1024 }], sizeBytes: fileContentLength });
    },
  );
});

describe.each(clients)("the request for what was written to, with %s", (_, client) => {
  it.each([undefined, SNAPSHOT])(
    "is the SDK's own, of a file in the share or in its snapshot (%s)",
    async (snapshot) => {
      const share = client().getShareClient("docs");
      const directory = (snapshot === undefined ? share : share.withSnapshot(snapshot)).getDirectoryClient(FOLDER);
      const file = directory.getFileClient("a+b .vhd");
      const { rangeList, fileContentLength } = await file.getRangeList();
      const told = await listRanges(file, new AbortController().signal);
      const [sdk, own] = seen.map(asSeen);
      expect(own).toEqual(sdk);
      expect(seen).toHaveLength(2);
      expect(rangeList).toEqual([{ start: 512, end: 1023 }]);
      // What was cleared is zeros, and may be looked at all the same.
      expect(told).toEqual({ ranges: [{ start: 0, end: 1024 }], sizeBytes: fileContentLength });
    },
  );
});

it("is not made of the root in another way than of a folder", async () => {
  const share = new ShareServiceClient(url, key, OPTIONS).getShareClient("docs");
  await theirs(share.rootDirectoryClient, undefined, undefined);
  await ours(share.rootDirectoryClient, {});
  const [sdk, own] = seen.map(asSeen);
  expect(own).toEqual(sdk);
});

it("fails as the SDK does when the service refuses", async () => {
  const directory = new ShareServiceClient(url, key, OPTIONS).getShareClient("docs").rootDirectoryClient;
  const body = "\uFEFF<Error><Code>ServerBusy</Code><Message>Busy.\nRequestId:7\nTime:now</Message></Error>";
  refusal = {
    status: 503,
    headers: { "x-ms-error-code": "ServerBusy", "x-ms-request-id": "7", "Retry-After": "3" },
    body,
  };
  const caught = async (work: Promise<unknown>) =>
    failureOf(
      await work.then(
        () => undefined,
        (error: unknown) => error,
      ),
      0,
    );
  const own = await caught(ours(directory, {}));
  const { kind, status, code, requestId, retryAfterMs, message } = await caught(
    theirs(directory, undefined, undefined),
  );
  expect(own).toMatchObject({ kind, status, code, requestId, retryAfterMs });
  expect([own.retryAfterMs, own.message]).toEqual([3000, message]);
});

it("is not listed on with the page that was just sent: it would be for ever", async () => {
  const directory = new ShareServiceClient(url, key, OPTIONS).getShareClient("docs").rootDirectoryClient;
  const body = LISTING.replace("<NextMarker />", "<NextMarker>again</NextMarker>");
  refusal = { status: 200, headers: {}, body };
  expect((await ours(directory, {})).nextMarker).toBe("again");
  await expect(ours(directory, { marker: "again" })).rejects.toMatchObject({ kind: "malformed" });
});

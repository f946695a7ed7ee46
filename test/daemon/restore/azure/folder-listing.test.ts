// Names of a folder that is too large to be held, asked for one by one.
import { expect, it } from "vitest";
import { FolderListing } from "../../../../daemon/restore/azure/folder-listing.js";
import type { ShareProtocol } from "../../../../daemon/restore/azure/names.js";
import { TargetRequests } from "../../../../daemon/restore/azure/target-requests.js";
import { silentLogger } from "../../../../core/logger.js";
import { compareUtf8 } from "../../../../core/utf8-order.js";
import { POLICY } from "../../sources/azure/timing.js";
import { type AzureTargetFixture, startAzureTarget } from "./fixture.js";

/** Two pages of it are held at a time. */
const PAGE = 10;
const HELD = 2 * PAGE;

const numbered = (start: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${n % 3 === 0 ? start.toUpperCase() : start}${String(n).padStart(3, "0")}`);

async function listingOf(
  fixture: AzureTargetFixture,
  names: readonly string[],
  protocol: ShareProtocol = "smb",
): Promise<FolderListing> {
  const directory = fixture.share.getDirectoryClient("many");
  await directory.create();
  for (const name of names) await directory.getFileClient(name).create(1);
  const { timing } = fixture;
  const { signal } = new AbortController();
  const target = { account: "devstoreaccount1", share: "back", folder: [] };
  const errors = { target, endpoint: fixture.emulator.endpoint(), signIn: "key", expiresAt: undefined, now: Date.now };
  const requests = new TargetRequests({
    errors: errors as never,
    policy: POLICY,
    timing,
    logger: silentLogger,
    signal,
  });
  fixture.emulator.requests.reset();
  return new FolderListing(directory, ["many"], protocol, requests, { pageSize: PAGE });
}

const NAMES = [
  ...numbered("report ", 90),
  ...numbered("report. ", 12),
  ...numbered("\u{1F600}\u{1F601}", 24),
  ...numbered("x", HELD),
  "report",
  "zebra",
  "Ärger",
];

it("finds every name in any case, none that is not there, and holds a part at a time", async () => {
  await using fixture = await startAzureTarget();
  const listing = await listingOf(fixture, NAMES);
  for (const name of NAMES.toSorted(compareUtf8)) expect((await listing.find(name))?.name).toBe(name);
  // A part is asked for once, or once for each case; singly it would have been as many as there are names.
  expect(fixture.emulator.requests.count("List Directory")).toBeLessThan(NAMES.length / 2);
  expect((await listing.find("REPORT 001"))?.name).toBe("report 001");
  for (const name of ["report 100", "report 0", "repor", "report 0000", "y", "ärge"]) {
    expect(await listing.find(name)).toBeUndefined();
  }
});

it("finds all of many that are asked for at the same time", async () => {
  await using fixture = await startAzureTarget();
  const listing = await listingOf(fixture, NAMES);
  const found = await Promise.all(NAMES.map((name) => listing.find(name)));
  expect(found.map((node) => node?.name)).toEqual(NAMES);
});

it("asks once for all of a folder that can be held", async () => {
  await using fixture = await startAzureTarget();
  const names = numbered("n", HELD);
  const listing = await listingOf(fixture, names);
  await Promise.all(names.map((name) => listing.find(name)));
  expect(fixture.emulator.requests.count("List Directory")).toBe(2 + HELD / PAGE);
});

it("tells names by their case on an NFS share, and finds one that many others begin with", async () => {
  await using fixture = await startAzureTarget({ protocol: "NFS" });
  const names = ["r", "R", ...Array.from({ length: 60 }, (_, n) => `r${String(n)}`), "ra", "rA"];
  const listing = await listingOf(fixture, names, "nfs");
  for (const name of names) expect((await listing.find(name))?.name).toBe(name);
  expect(await listing.find("RA")).toBeUndefined();
});

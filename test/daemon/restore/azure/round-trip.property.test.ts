// Random shares through a backup and back: every attribute is compared, whatever somebody has done to the target before.
import type { NfsFileMode, ShareClient } from "@azure/storage-file-share";
import fc from "fast-check";
import { expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { Secret } from "../../../../core/secret.js";
import { AzureFilesTarget } from "../../../../daemon/restore/azure/azure-target.js";
import { restore, type RestoreRequest, type RestoreResult } from "../../../../daemon/restore/restore.js";
import { AzureFilesSource } from "../../../../daemon/sources/azure/azure-source.js";
import { BlobCache } from "../../../../fs/content/blob-cache.js";
import { ContentReader } from "../../../../fs/content/content-reader.js";
import { MetadataReader } from "../../../../fs/metadata-reader.js";
import { BlobReader } from "../../../../store/blob-reader.js";
import { Emulator } from "../../../emulator/emulator.js";
import { serviceClient } from "../../../emulator/tests/fixture.js";
import { share as shareName, World } from "../../backup/support/world.js";
import { fakeTiming, POLICY } from "../../sources/azure/timing.js";
import { damage, fill, randomDamage, randomShare, readShare } from "./support/random-share.js";

/** Two shares of one account: one is backed up, the other one restored into. */
class RoundTrip implements AsyncDisposable {
  private constructor(
    readonly emulator: Emulator,
    readonly world: World,
    readonly docs: ShareClient,
    readonly back: ShareClient,
  ) {}

  static async start(protocol: "SMB" | "NFS" = "SMB"): Promise<RoundTrip> {
    const emulator = await Emulator.start();
    const service = serviceClient(emulator, undefined, { allowTrailingDot: true, allowSourceTrailingDot: true });
    const [docs, back] = ["docs", "back"].map((name) => service.getShareClient(name));
    if (!docs || !back) throw new Error("there are two");
    const protocols = protocol === "NFS" ? { protocols: { nfsEnabled: true } } : {};
    await docs.create(protocols);
    await back.create(protocols);
    const source = new AzureFilesSource({ ...commonOf(emulator, "docs"), owner: "test", openingRetry: POLICY });
    const world = await World.create({ source: () => source });
    return new RoundTrip(emulator, world, docs, back);
  }

  async restore(name: "docs" | "back", options: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
    const { catalog, store } = this.world;
    const { address, ...common } = addressed(this.emulator, name);
    await using target = new AzureFilesTarget({ address, ...common, isSource: name === "docs", openingRetry: POLICY });
    const newest = catalog.snapshots().at(-1);
    const view = newest && catalog.view(newest.number);
    if (!view?.root) throw new Error("there is a snapshot");
    return await restore({
      view,
      entry: view.root,
      path: [],
      content: new ContentReader({
        share: shareName,
        catalog,
        blobs: new BlobReader({ store }),
        cache: new BlobCache(),
      }),
      metadata: new MetadataReader(catalog, store),
      target,
      ownsTop: true,
      overwrite: "never",
      signal: new AbortController().signal,
      ...options,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.emulator.close();
  }
}

function addressed(emulator: Emulator, share: string) {
  const { target: address, ...rest } = commonOf(emulator, share);
  return { address, ...rest };
}

function commonOf(emulator: Emulator, share: string) {
  return {
    target: { account: emulator.account().name, share, folder: [] },
    credentials: { kind: "connection-string", text: new Secret(emulator.connectionString()) } as const,
    logger: silentLogger,
    timing: fakeTiming(),
    runningRetry: POLICY,
  };
}

/** More of them find more; these are as many as a machine that does other things has time for. */
const RUNS = { numRuns: Number(process.env["SHARESTRATA_PROPERTY_RUNS"] ?? 3) };

it("a share comes back into an empty one with every attribute, and again whatever was done to it", async () => {
  await fc.assert(
    fc.asyncProperty(randomShare, randomDamage, async (nodes, damages) => {
      await using trip = await RoundTrip.start();
      await fill(trip.docs, nodes);
      await trip.world.backup();
      const wanted = await readShare(trip.docs);
      expect(await trip.restore("back")).toMatchObject({ errors: 0, unchanged: 0 });
      expect(await readShare(trip.back)).toEqual(wanted);

      trip.emulator.requests.reset();
      expect(await trip.restore("back", { overwrite: "if-different", delete: true })).toMatchObject({
        bytesWritten: 0,
        deleted: 0,
      });
      for (const written of ["Create File", "Put Range", "Set File Properties", "Set File Metadata"]) {
        expect([written, trip.emulator.requests.count(written)]).toEqual([written, 0]);
      }

      await damage(trip.back, nodes, damages);
      const mended = await trip.restore("back", { overwrite: "if-different", delete: true });
      expect(mended.passedOver).toEqual([]);
      expect(await readShare(trip.back)).toEqual(wanted);
    }),
    RUNS,
  );
});

it("a share that is restored in place is the same to the next backup, which reads no contents", async () => {
  await fc.assert(
    fc.asyncProperty(randomShare, randomDamage, async (nodes, damages) => {
      await using trip = await RoundTrip.start();
      await fill(trip.docs, nodes);
      const before = await trip.world.backup();
      const wanted = await readShare(trip.docs);
      await damage(trip.docs, nodes, damages);
      expect((await trip.restore("docs", { overwrite: "if-different", delete: true })).passedOver).toEqual([]);
      expect(await readShare(trip.docs)).toEqual(wanted);
      const { snapshot } = await trip.world.backup();
      const { files, directories, bytes } = before.snapshot;
      expect(snapshot).toMatchObject({ files, directories, bytes, counters: { deleted: 0, errors: 0 } });
    }),
    RUNS,
  );
});

it("a restore that is cut off anywhere, and meets faults, is completed by the same command and writes nothing twice", async () => {
  await fc.assert(
    fc.asyncProperty(randomShare, fc.integer({ min: 1, max: 60 }), fc.boolean(), async (nodes, steps, isNever) => {
      await using trip = await RoundTrip.start();
      await fill(trip.docs, nodes);
      await trip.world.backup();
      const wanted = await readShare(trip.docs);
      const total = Object.values(wanted).reduce((sum, { content }) => sum + Number.parseInt(content ?? "0", 10), 0);
      trip.emulator.requests.reset();
      const { faults } = trip.emulator;
      faults.add({ after: 2, times: 2, fault: { kind: "status", status: 503, retryAfterSeconds: 1 } });
      faults.add({ after: 5, times: 2, fault: { kind: "lost-answer" } });
      const off = { kind: "status", status: 403, code: "AuthorizationFailure" } as const;
      const outage = faults.add({ after: steps, times: Infinity, fault: off });
      const overwrite = isNever ? "never" : "if-different";
      const cut = await trip.restore("back", { overwrite }).catch((error: unknown) => error);
      if (outage.hits > 0) expect(cut).toMatchObject({ code: "ACCESS_DENIED" });
      faults.clear();
      expect((await trip.restore("back", { overwrite })).passedOver).toEqual([]);
      expect(await readShare(trip.back)).toEqual(wanted);
      // What was under way when it ended may be sent again, and a request whose answer was lost.
      expect(trip.emulator.requests.count("Put Range bytes")).toBeLessThanOrEqual(total + 8 * 1024 * 1024);
    }),
    RUNS,
  );
});

it("an NFS share comes back with modes, owners, symbolic links and hard links", async () => {
  await using trip = await RoundTrip.start("NFS");
  const { docs, back } = trip;
  const root = docs.rootDirectoryClient;
  const mode = (text: string) => ({ fileMode: parseMode(text), owner: "1001", group: "2002" });
  await docs.getDirectoryClient("d").create({ posixProperties: mode("1751") });
  await root.getFileClient("d/f").create(3, { posixProperties: mode("4640") });
  await root.getFileClient("d/f").uploadRange("abc", 0, 3);
  await root.getFileClient("d/g").createHardLink("d/f");
  await root.getFileClient("other").create(0, { posixProperties: mode("0600") });
  await root.getFileClient("l").createSymbolicLink("d/../d/f", { owner: "7", group: "8" });
  await trip.world.backup();
  expect(await trip.restore("back")).toMatchObject({ errors: 0, files: 4 });
  const wanted = ["d/f", "d/g", "other", "l", "d"];
  const told = async (client: ShareClient, path: string): Promise<readonly (string | undefined)[]> => {
    const node = path === "d" ? client.getDirectoryClient(path) : client.rootDirectoryClient.getFileClient(path);
    const { headers } = (await node.getProperties())._response;
    const names = [
      "mode",
      "owner",
      "group",
      "file-file-type",
      "link-count",
      "file-last-write-time",
      "file-creation-time",
    ];
    return names.map((name) => headers.get(`x-ms-${name}`));
  };
  for (const path of wanted) expect([path, await told(back, path)]).toEqual([path, await told(docs, path)]);
  expect((await back.rootDirectoryClient.getFileClient("l").getSymbolicLink()).linkText).toBe("d/../d/f");
  const idOf = async (path: string) => (await back.rootDirectoryClient.getFileClient(path).getProperties()).fileId;
  expect(await idOf("d/f")).toBe(await idOf("d/g"));
  expect(await trip.restore("back", { overwrite: "if-different" })).toMatchObject({
    errors: 0,
    unchanged: 4,
    bytesWritten: 0,
  });
});

function parseMode(text: string): NfsFileMode {
  const role = (digit: string | undefined) => {
    const bits = Number(digit);
    return { read: (bits & 4) > 0, write: (bits & 2) > 0, execute: (bits & 1) > 0 };
  };
  const special = Number(text[0]);
  return {
    owner: role(text[1]),
    group: role(text[2]),
    other: role(text[3]),
    effectiveUserIdentity: (special & 4) > 0,
    effectiveGroupIdentity: (special & 2) > 0,
    stickyBit: (special & 1) > 0,
  };
}

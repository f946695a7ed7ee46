// Owns a share of the emulator behind an AzureFilesSource: seeded through the real SDK, with its own client.
import { type ShareClient, ShareServiceClient } from "@azure/storage-file-share";
import type { LogFields, Logger } from "../../../../core/logger.js";
import { Secret } from "../../../../core/secret.js";
import { formatTime } from "../../../../core/time.js";
import { AzureFilesSource, type AzureSourceOptions } from "../../../../daemon/sources/azure/azure-source.js";
import type { SourcePath } from "../../../../daemon/sources/source.js";
import { Emulator, type EmulatorOptions } from "../../../emulator/emulator.js";
import type { SourceFixture } from "../source-contract.js";
import { type FakeTiming, fakeTiming, POLICY } from "./timing.js";

const SHARE = "docs";
const OTHER_ACL = "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;BU)";

export interface Logged {
  readonly level: keyof Logger;
  readonly fields: LogFields;
  readonly message: string;
}

export interface AzureFixture extends SourceFixture {
  readonly source: AzureFilesSource;
  readonly emulator: Emulator;
  /** The seeding client. */
  readonly share: ShareClient;
  readonly service: ShareServiceClient;
  readonly timing: FakeTiming;
  readonly logged: readonly Logged[];
  /** The same share by other means. */
  sourceWith(options: Partial<AzureSourceOptions>): AzureFilesSource;
  /** Ids of a share's snapshots; of the source's, unless another is named. */
  snapshots(share?: string): Promise<readonly string[]>;
}

export async function startAzure(emulated: EmulatorOptions = {}): Promise<AzureFixture> {
  const emulator = await Emulator.start(emulated);
  const names = { allowTrailingDot: true, allowSourceTrailingDot: true, retryOptions: { maxTries: 1 } };
  const service = ShareServiceClient.fromConnectionString(emulator.connectionString(), names);
  const share = service.getShareClient(SHARE);
  await share.create();
  const timing = fakeTiming(0.5, Date.now);
  const logged: Logged[] = [];
  const logger = loggerInto(logged);
  const sourceWith = (options: Partial<AzureSourceOptions>): AzureFilesSource =>
    new AzureFilesSource({
      target: { account: emulator.account().name, share: SHARE, folder: [] },
      credentials: { kind: "connection-string", text: new Secret(emulator.connectionString()) },
      owner: "test",
      logger,
      timing,
      openingRetry: POLICY,
      runningRetry: POLICY,
      pageSize: 10,
      ...options,
    });
  const file = (path: SourcePath) => share.rootDirectoryClient.getFileClient(path.join("/"));
  return {
    source: sourceWith({}),
    missing: sourceWith({ target: { account: emulator.account().name, share: "missing", folder: [] } }),
    pageSize: 10,
    emulator,
    share,
    service,
    timing,
    logged,
    sourceWith,
    async addFolder(path) {
      await share.getDirectoryClient(path.join("/")).create();
    },
    async addFile(path, bytes) {
      if (bytes.length > 0) await file(path).uploadData(bytes);
      else await file(path).create(0);
    },
    async setTime(path, time) {
      // Typed as a Date, but a text with seven digits passes through.
      await file(path).setProperties({ lastWriteTime: formatTime(time, 7) as unknown as Date });
    },
    async setPermissions(path) {
      await file(path).setProperties({ filePermission: OTHER_ACL });
    },
    rename(from, to) {
      // Not through the SDK, whose rename is wrong on path-style endpoints.
      emulator.service().share(SHARE).files.rename(from, to);
      return Promise.resolve();
    },
    async remove(path) {
      await file(path).delete();
    },
    async snapshots(name = SHARE) {
      const ids: string[] = [];
      for await (const item of service.listShares({ includeSnapshots: true })) {
        if (item.name === name && item.snapshot !== undefined) ids.push(item.snapshot);
      }
      return ids;
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

function loggerInto(logged: Logged[]): Logger {
  const log =
    (level: keyof Logger) =>
    (fields: LogFields, message: string): void => {
      logged.push({ level, fields, message });
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

// Owns a share of the emulator that is restored into, seeded and read through the real SDK.
import type { ShareClient, ShareServiceClient } from "@azure/storage-file-share";
import { type LogFields, type Logger, silentLogger } from "../../../../core/logger.js";
import { Secret } from "../../../../core/secret.js";
import { formatTime, parseTime, type TimeNs } from "../../../../core/time.js";
import { AzureFilesTarget, type AzureTargetOptions } from "../../../../daemon/restore/azure/azure-target.js";
import { Emulator, type EmulatorOptions } from "../../../emulator/emulator.js";
import { bytesOf, serviceClient } from "../../../emulator/tests/fixture.js";
import { type FakeTiming, fakeTiming, POLICY } from "../../sources/azure/timing.js";
import type { Found, TargetFixture } from "../target-contract.js";

export interface AzureTargetFixture extends TargetFixture {
  readonly emulator: Emulator;
  readonly service: ShareServiceClient;
  readonly share: ShareClient;
  readonly timing: FakeTiming;
  readonly logged: readonly { readonly fields: LogFields; readonly message: string }[];
  targetWith(options: Partial<AzureTargetOptions>): AzureFilesTarget;
  /** All headers of a file's or folder's properties. */
  headersOf(path: string, kind?: "file" | "directory"): Promise<(name: string) => string | undefined>;
}

export async function startAzureTarget(
  options: EmulatorOptions & { readonly protocol?: "NFS" } = {},
): Promise<AzureTargetFixture> {
  const emulator = await Emulator.start(options);
  const service = serviceClient(emulator, undefined, { allowTrailingDot: true, allowSourceTrailingDot: true });
  const share = service.getShareClient("back");
  await share.create(options.protocol === "NFS" ? { protocols: { nfsEnabled: true } } : {});
  const timing = fakeTiming();
  const logged: { fields: LogFields; message: string }[] = [];
  const log = (fields: LogFields, message: string): void => {
    logged.push({ fields, message });
  };
  const logger: Logger = { ...silentLogger, debug: log, info: log, warn: log, error: log };
  const targetWith = (more: Partial<AzureTargetOptions>): AzureFilesTarget =>
    new AzureFilesTarget({
      address: { account: emulator.account().name, share: "back", folder: [] },
      credentials: { kind: "connection-string", text: new Secret(emulator.connectionString()) },
      isSource: false,
      logger,
      timing,
      openingRetry: POLICY,
      runningRetry: POLICY,
      ...more,
    });
  const file = (path: string) => share.rootDirectoryClient.getFileClient(path);
  const headersOf: AzureTargetFixture["headersOf"] = async (path, kind = "file") => {
    const client = kind === "file" ? file(path) : share.getDirectoryClient(path);
    const { headers } = (await client.getProperties())._response;
    return (name) => headers.get(name);
  };
  const timeOf = async (path: string, kind: "file" | "directory"): Promise<TimeNs> =>
    parseTime((await headersOf(path, kind))("x-ms-file-last-write-time") ?? "") ?? (0n as TimeNs);
  const readInto = async (found: Record<string, Found[string]>, folder: string): Promise<void> => {
    for await (const item of share.getDirectoryClient(folder).listFilesAndDirectories()) {
      const path = folder === "" ? item.name : `${folder}/${item.name}`;
      const isFolder = item.kind === "directory";
      const text = isFolder ? undefined : (await bytesOf(await file(path).download())).toString();
      found[path] = { text, mtimeNs: await timeOf(path, item.kind) };
      if (isFolder) await readInto(found, path);
    }
  };
  return {
    emulator,
    service,
    share,
    timing,
    logged,
    targetWith,
    headersOf,
    target: () => targetWith({}),
    async read() {
      const found: Record<string, Found[string]> = {};
      await readInto(found, "");
      return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
    async write(path, text, mtimeNs) {
      const bytes = Buffer.from(text);
      if (bytes.length === 0) await file(path).create(0);
      else await file(path).uploadData(bytes);
      if (mtimeNs !== undefined) {
        await file(path).setProperties({ lastWriteTime: formatTime(mtimeNs, 7) as unknown as Date });
      }
    },
    async makeFolder(path) {
      await share.getDirectoryClient(path).create();
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

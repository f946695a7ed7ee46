/** A world whose source is a share of the emulator, over HTTP and through the real SDK, and all that backups keep of its nodes. */
import { Secret } from "../../../../core/secret.js";
import { type LogFields, silentLogger } from "../../../../core/logger.js";
import type { NodePut } from "../../../../core/node.js";
import type { SnapshotNumber } from "../../../../core/ids.js";
import { AzureFilesSource, type AzureSourceOptions } from "../../../../daemon/sources/azure/azure-source.js";
import type { BackupOptions } from "../../../../daemon/backup/run-backup.js";
import { MetadataReader } from "../../../../fs/metadata-reader.js";
import { Emulator } from "../../../emulator/emulator.js";
import type { Share } from "../../../emulator/model/share.js";
import { fakeTiming, POLICY } from "../../sources/azure/timing.js";
import { World } from "./world.js";

export interface DescribedShareOptions {
  /** Default: SMB. */
  readonly protocol?: "SMB" | "NFS";
  readonly source?: Partial<AzureSourceOptions>;
}

interface Warning {
  readonly fields: LogFields;
  readonly message: string;
}

export class DescribedShare implements AsyncDisposable {
  readonly world: World;
  readonly emulator: Emulator;
  readonly #warned: Warning[] = [];

  private constructor(world: World, emulator: Emulator, warned: Warning[]) {
    this.world = world;
    this.emulator = emulator;
    this.#warned = warned;
  }

  static async create({ protocol = "SMB", source = {} }: DescribedShareOptions = {}): Promise<DescribedShare> {
    const emulator = await Emulator.start({ port: 0 });
    emulator.service().createShare(SHARE, { protocol });
    const azure = new AzureFilesSource({
      target: { account: emulator.account().name, share: SHARE, folder: [] },
      credentials: { kind: "connection-string", text: new Secret(emulator.connectionString()) },
      owner: "test",
      logger: silentLogger,
      timing: fakeTiming(),
      openingRetry: POLICY,
      runningRetry: POLICY,
      ...source,
    });
    return new DescribedShare(await World.create({ source: () => azure }), emulator, []);
  }

  /** The share's model, for seeding, editing and comparing. */
  get share(): Share {
    return this.emulator.service().share(SHARE);
  }

  /** What was warned of since it was last asked. */
  warnings(): readonly Warning[] {
    return this.#warned.splice(0);
  }

  async backup(options: Partial<BackupOptions> = {}): ReturnType<World["backup"]> {
    const warn = (fields: LogFields, message: string): void => void this.#warned.push({ fields, message });
    return this.world.backup({ logger: { ...silentLogger, warn }, ...options });
  }

  /** What backups wrote of every node of a snapshot, by path; the root's is "". */
  async puts(snapshot: SnapshotNumber): Promise<ReadonlyMap<string, NodePut>> {
    const { catalog } = this.world;
    const tree = catalog.view(snapshot);
    const reader = this.metadata();
    const found = new Map<string, NodePut>();
    for (const entry of catalog.entries(snapshot)) {
      const path = entry.name === "" ? [] : [...(tree.pathOf(entry.parentId) ?? []), entry.name];
      found.set(path.join("/"), await reader.putOf(entry.version));
    }
    return found;
  }

  metadata(): MetadataReader {
    return new MetadataReader(this.world.catalog, this.world.store);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.emulator.close();
  }
}

const SHARE = "docs";

/**
 * Backups of a share of the emulator over real HTTP, through the real SDK into a real catalog and store. The share is edited through the
 * emulator's model, as fast as memory; what a backup asked of the service is counted.
 */
import { expect } from "vitest";
import { ROOT_NODE, type NodeId, type SnapshotNumber } from "../../../../core/ids.js";
import type { PassedOver, Snapshot } from "../../../../core/snapshot.js";
import { parseTime, type TimeNs, timeToMs } from "../../../../core/time.js";
import type { BackupOptions } from "../../../../daemon/backup/run-backup.js";
import type { AzureFilesSource, AzureSourceOptions } from "../../../../daemon/sources/azure/azure-source.js";
import type { Emulator } from "../../../emulator/emulator.js";
import type { DirectoryState, FoundNode } from "../../../emulator/model/node.js";
import type { Seed } from "../../../emulator/model/seed.js";
import type { Share } from "../../../emulator/model/share.js";
import { compareTrees, type TreeEntry, type TreeModel } from "../../../support/tree.js";
import { type AzureFixture, startAzure } from "../../sources/azure/fixture.js";
import { World, type WorldOptions } from "../support/world.js";

export interface Backed {
  readonly snapshot: Snapshot;
  readonly passedOver: readonly PassedOver[];
  /** Requests by operation, and what else the emulator counts. */
  readonly asked: Readonly<Record<string, number>>;
}

export class AzureWorld implements AsyncDisposable {
  readonly azure: AzureFixture;
  readonly world: World;
  /** Of every source, unless a backup says otherwise. */
  readonly sourceOptions: Partial<AzureSourceOptions>;

  private constructor(azure: AzureFixture, world: World, sourceOptions: Partial<AzureSourceOptions>) {
    this.azure = azure;
    this.world = world;
    this.sourceOptions = { pageSize: 100, ...sourceOptions };
  }

  static async create(source: Partial<AzureSourceOptions> = {}, world: WorldOptions = {}): Promise<AzureWorld> {
    return new AzureWorld(await startAzure(), await World.create(world), source);
  }

  get emulator(): Emulator {
    return this.azure.emulator;
  }

  get share(): Share {
    return this.emulator.service().share("docs");
  }

  get seed(): Seed {
    return this.share.seed;
  }

  source(options: Partial<AzureSourceOptions> = {}): AzureFilesSource {
    return this.azure.sourceWith({ ...this.sourceOptions, ...options });
  }

  async backup(options: Partial<BackupOptions> = {}): Promise<Backed> {
    this.emulator.requests.reset();
    const result = await this.world.backup({ source: this.source(), ...options });
    return { ...result, asked: this.emulator.requests.counts };
  }

  /** A backup that passes nothing over, and whose snapshot is what the share is now. */
  async faithful(options: Partial<BackupOptions> = {}): Promise<Backed> {
    const backed = await this.backup(options);
    expectEqual(backed.passedOver, []);
    await this.expectHeld(backed.snapshot.number, this.tree());
    return backed;
  }

  /** Expects a snapshot to hold just this, byte for byte, and to count it rightly. */
  async expectHeld(number: SnapshotNumber, tree: TreeModel): Promise<void> {
    const held = await this.world.read(this.world.catalog.view(number));
    expectEqual(compareTrees(held, tree, { directoryTimes: true }), []);
    const files = [...tree.values()].filter(({ kind }) => kind === "file").length;
    const snapshot = this.world.catalog.snapshots().find((one) => one.number === number);
    expectEqual([snapshot?.files, snapshot?.directories], [files, tree.size - files + 1]);
  }

  /** The share as it is now. */
  tree(): TreeModel {
    const { live } = this.share;
    const tree = new Map<string, TreeEntry>();
    const visit = (directory: FoundNode<DirectoryState>, path: string): void => {
      for (const { name, ...node } of live.list(directory, { limit: Number.POSITIVE_INFINITY }).entries) {
        const own = path === "" ? name : `${path}/${name}`;
        const mtimeMs = timeToMs(parseTime(node.state.lastWriteTime) ?? (0n as TimeNs));
        if (node.state.kind === "file") {
          tree.set(own, { kind: "file", bytes: node.state.content.read(0, node.state.size), mtimeMs });
        } else if (node.state.kind === "directory") {
          tree.set(own, { kind: "directory", mtimeMs });
          visit(node as FoundNode<DirectoryState>, own);
        }
      }
    };
    visit(this.share.files.directory([]), "");
    return tree;
  }

  nodeAt(...path: readonly string[]): NodeId | undefined {
    let node: NodeId | undefined = ROOT_NODE;
    for (const name of path) node = node && this.world.catalog.live.lookup(node, name)?.nodeId;
    return node;
  }

  /** Another ACL, by an edit that does nothing else. */
  setAcl(path: string, sddl = "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;BU)"): void {
    const permissionKey = this.share.permissions.add({ format: "Sddl", permission: sddl });
    this.share.files.updateFile(path.split("/"), { permissionKey });
  }

  /** Writes bytes as a program does that sets LastWriteTime back. */
  writeSecretly(path: string, start: number, bytes: string | Buffer): void {
    this.share.files.writeRange(path.split("/"), start, Buffer.from(bytes), "preserve");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.azure[Symbol.asyncDispose]();
  }
}

function expectEqual(found: unknown, expected: unknown): void {
  expect(found).toEqual(expected);
}

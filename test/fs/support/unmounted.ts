// Owns what the tests of the unmounted file system share: two snapshots in a real catalog and store, a directory with a
// share that cannot be opened, and short ways to look around in them.
import { timeFromMs, type TimeNs } from "../../../core/time.js";
import { systemClock } from "../../../core/clock.js";
import { SharestrataError } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { Snapshot } from "../../../core/snapshot.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import type { Handle, NodeHandle } from "../../../fs/handle.js";
import type { MountRoot } from "../../../fs/layout.js";
import { Operations } from "../../../fs/operations.js";
import { PathResolver } from "../../../fs/path-resolver.js";
import type { ShareDirectory } from "../../../fs/shares.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { ShareBuilder, openBuiltShare, type NodeExtras } from "./share-builder.js";
import { editedTree, exampleTree } from "./trees.js";

export const docs = { tenant: "acme", share: "docs" };
export const broken = { tenant: "acme", share: "broken" };
export const other = { tenant: "beta", share: "x" };
export const tree = exampleTree();

const extras: ReadonlyMap<string, NodeExtras> = new Map([
  [
    "plain.txt",
    {
      mtimeNs: 1_767_600_000_123_456_700n as TimeNs,
      metadata: {
        etag: '"0x8D"',
        attributes: "ReadOnly|Archive",
        permissionKey: "123*456",
        contentMd5: new Uint8Array([0xde, 0xad]),
        createdNs: timeFromMs(Date.UTC(2025, 1, 2)),
        accessedNs: timeFromMs(Date.UTC(2025, 1, 3)),
        linkCount: 3,
        userMetadata: { owner: "me", constructor: "odd" },
        xattrs: [
          { name: "user.comment", value: Buffer.from("nice") },
          { name: "user.sharestrata.node", value: Buffer.from("forged") },
          { name: "security.selinux", value: Buffer.from("x") },
        ],
      },
    },
  ],
  ["case", { posix: { mode: 0o4750, uid: 1234, gid: 99 } }],
]);

/** What the permission key of plain.txt stands for. */
export const ACL = "O:SYG:SYD:(A;;FA;;;SY)";

export interface CountingDirectory extends ShareDirectory {
  /** Every attempt to open a share, in order. */
  readonly opened: readonly string[];
}

export class UnmountedFixture implements AsyncDisposable {
  readonly folder: TemporaryDirectory;
  readonly first: Snapshot;
  readonly second: Snapshot;
  /** What was logged as an error since it was last emptied. */
  logged: string[] = [];
  readonly #logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (_fields, message) => void this.logged.push(message),
  };

  /** Of `docs`: the example tree, then the edited one. */
  static async build(): Promise<UnmountedFixture> {
    const folder = await temporaryDirectory();
    await using builder = await ShareBuilder.create(folder.path, docs);
    const permissions = [{ key: "123*456", descriptor: { format: "sddl", text: ACL } }] as const;
    const first = await builder.snapshot(tree, { extras, permissions });
    return new UnmountedFixture(folder, first, await builder.snapshot(editedTree(tree), { extras }));
  }

  private constructor(folder: TemporaryDirectory, first: Snapshot, second: Snapshot) {
    this.folder = folder;
    this.first = first;
    this.second = second;
  }

  directory(shares = [other, broken, docs]): CountingDirectory {
    const opened: string[] = [];
    return {
      opened,
      list: () => shares,
      open: (name) => {
        opened.push(`${name.tenant}/${name.share}`);
        if (name === broken) return Promise.reject(new SharestrataError("UNREACHABLE", "The store does not answer."));
        return openBuiltShare(this.folder.path, name, new BlobCache());
      },
    };
  }

  async open(
    root: MountRoot = { kind: "everything" },
    directory = this.directory(),
    options: { readonly listXattrs?: boolean } = {},
  ): Promise<Operations> {
    const ownership = { uid: 500, gid: 501, umask: 0o027 };
    return Operations.open({ directory, root, ownership, clock: systemClock, logger: this.#logger, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

export const resolve = async (operations: Operations, path: string): Promise<Handle> =>
  new PathResolver(operations).resolve(path);

export async function node(operations: Operations, path: string): Promise<NodeHandle> {
  const handle = await resolve(operations, path);
  if (handle.kind !== "node") throw new Error(`${path} is no node`);
  return handle;
}

export async function names(operations: Operations, path: string, limit = 1000): Promise<string[]> {
  const handle = await resolve(operations, path);
  const found: string[] = [];
  for (let offset = 0; ;) {
    const batch = await operations.readdir(handle, offset, limit);
    found.push(...batch.map((entry) => entry.name));
    const last = batch.at(-1);
    if (!last) return found;
    offset = last.offset;
  }
}

export async function read(operations: Operations, path: string, offset = 0, length = 1 << 20): Promise<string> {
  const handle = operations.open(await resolve(operations, path), { write: false });
  return Buffer.from(await operations.read(handle, offset, length)).toString();
}

export const codeOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run();
    return "no error";
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

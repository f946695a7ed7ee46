// A share nobody stores: proof that a generated tree can stand behind the share model.
import { expect, test } from "vitest";
import { Content } from "../model/content.js";
import type {
  DirectoryState,
  FileState,
  FoundNode,
  ListOptions,
  NodePage,
  NodeState,
  ShareTree,
  TreeReader,
} from "../model/node.js";
import type { ResourcePath } from "../model/resource-path.js";
import { bytesOf, failure, startFixture } from "./fixture.js";

const directories = 1000;
const filesEach = 1000;
const time = "2026-01-01T00:00:00.0000001Z";
const common = {
  creationTime: time,
  lastAccessTime: time,
  lastWriteTime: time,
  changeTime: time,
  modified: time,
  etag: '"0x1"',
  permissionKey: "1*1",
  metadata: {},
};
const directory: DirectoryState = { ...common, kind: "directory", attributes: "Directory" };

class GeneratedTree implements ShareTree, TreeReader {
  readonly live = this;
  readonly usageBytes = directories * filesEach * 5;

  find(path: ResourcePath): FoundNode | undefined {
    const [first, second] = path.map(Number);
    const found = { path, parentId: path.length === 2 ? `${first! + 1}` : "0" };
    if (first === undefined) return { ...found, id: "0", state: directory };
    if (!(first < directories)) return undefined;
    if (second === undefined) return { ...found, id: `${first + 1}`, state: directory };
    return second < filesEach && path.length === 2
      ? { ...found, id: this.#fileId(first, second), state: this.#file(first, second) }
      : undefined;
  }

  list({ path }: FoundNode<DirectoryState>, options: ListOptions): NodePage {
    const count = path.length === 0 ? directories : filesEach;
    const start = options.after === undefined ? 0 : Number(options.after) + 1;
    const end = Math.min(start + options.limit, count);
    const entries = Array.from({ length: end - start }, (_, index) => {
      const name = String(start + index).padStart(4, "0");
      const { id, state } = this.find([...path, name])!;
      return { name, id, state };
    });
    return end < count ? { entries, next: String(end - 1) } : { entries };
  }

  findById(): NodeState | undefined {
    return undefined;
  }

  freeze(): number {
    return 0;
  }

  at(): TreeReader {
    return this;
  }

  #fileId(first: number, second: number): string {
    return String(directories + 1 + first * filesEach + second);
  }

  #file(first: number, second: number): FileState {
    const text = `${first}/${second}`;
    const bytes = Buffer.from(text);
    const source = {
      length: bytes.length,
      read: (at: number, length: number) => bytes.subarray(at, at + length),
    };
    return {
      ...common,
      kind: "file",
      attributes: "Archive",
      size: bytes.length,
      content: Content.of(source, 1),
      headers: {},
      linkCount: 1,
    };
  }
}

test("a share of a million generated files is listed and read, and not written", async () => {
  await using fixture = await startFixture();
  fixture.emulator.service().createShare("generated", {}, new GeneratedTree());
  const share = fixture.service.getShareClient("generated");
  let count = 0;
  const pages = share.rootDirectoryClient.listFilesAndDirectories().byPage({ maxPageSize: 400 });
  for await (const page of pages) count += page.segment.directoryItems.length;
  expect(count).toBe(directories);
  const inner = share.getDirectoryClient("0999");
  const file = inner.getFileClient("0042");
  expect((await bytesOf(await file.download())).toString()).toBe("999/42");
  const { snapshot } = await share.createSnapshot();
  expect(await share.withSnapshot(snapshot!).getDirectoryClient("0001").exists()).toBe(true);
  expect((await failure(file.delete())).statusCode).toBe(403);
});

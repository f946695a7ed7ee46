// Everything the service knows of a node, to the last digit, and nothing it does not.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTime } from "../../../../core/time.js";
import { bytesOf, contentOf, entryAt } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
beforeEach(async () => {
  azure = await startAzure();
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const target = (folder: readonly string[] = []) => ({ account: "devstoreaccount1", share: "docs", folder });

describe("metadata", () => {
  it("is complete and exact", async () => {
    const file = azure.share.rootDirectoryClient.getFileClient("report");
    const time = (digits: string) => `2026-11-20T10:00:00.${digits}Z` as unknown as Date;
    await file.create(3, {
      metadata: { colour: "green" },
      creationTime: time("1234567"),
      lastWriteTime: time("7654321"),
      changeTime: time("0000001"),
      fileHttpHeaders: {
        fileContentType: "text/plain",
        fileContentEncoding: "gzip",
        fileContentLanguage: "de",
        fileCacheControl: "no-store",
        fileContentDisposition: "inline",
        fileContentMD5: Uint8Array.from({ length: 16 }, (_, n) => n),
      },
    });
    await azure.addFolder(["folder"]);
    await azure.share.getDirectoryClient("folder").setMetadata({ a: "b" });
    await using session = await azure.source.open();
    const entry = await entryAt(session, ["report"]);
    const described = await session.describe(["report"], entry);
    const changedNs = parseTime("2026-11-20T10:00:00.0000001Z");
    expect(entry.mtimeNs).toBe(parseTime("2026-11-20T10:00:00.7654321Z"));
    expect(entry.metadata).toMatchObject({ createdNs: parseTime("2026-11-20T10:00:00.1234567Z"), changedNs });
    expect(described).toMatchObject({
      ...entry.metadata,
      contentType: "text/plain",
      contentEncoding: "gzip",
      contentLanguage: "de",
      cacheControl: "no-store",
      contentDisposition: "inline",
      contentMd5: Buffer.from(Uint8Array.from({ length: 16 }, (_, n) => n)),
      userMetadata: { colour: "green" },
    });
    expect(described.permissionKey).toBeDefined();
    const folder = await entryAt(session, ["folder"]);
    const ofFolder = await session.describe(["folder"], folder);
    expect(ofFolder).toMatchObject({ ...folder.metadata, userMetadata: { a: "b" } });
    expect(ofFolder.contentType).toBeUndefined();
    expect((await session.describe([], await session.root())).permissionKey).toBeDefined();
  });

  it("is not unpacked when a file says it is gzip: the bytes are the file's", async () => {
    await azure.addFile(["file"], bytesOf("not gzip at all"));
    await azure.share.rootDirectoryClient.getFileClient("file").setHttpHeaders({ fileContentEncoding: "gzip" });
    await using session = await azure.source.open();
    expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("not gzip at all");
  });

  it("has the user's names in the case and the values as the service sends them, empty ones too", async () => {
    const metadata = { CamelCase: "v", lower: "", UPPER: "", constructor: "odd", both: "two words" };
    await azure.addFile(["file"], bytesOf("x"));
    await azure.share.rootDirectoryClient.getFileClient("file").setMetadata(metadata);
    await azure.addFolder(["folder"]);
    await azure.share.getDirectoryClient("folder").setMetadata({ Of: "the folder" });
    await azure.addFile(["plain"], bytesOf("x"));
    await azure.share.rootDirectoryClient.getFileClient("plain").setMetadata({ lower: "v" });
    await using session = await azure.source.open();
    const metadataAt = async (name: string) =>
      (await session.describe([name], await entryAt(session, [name]))).userMetadata;
    // Asked for at once, each is told its own.
    const found = await Promise.all(["file", "folder", "plain", "file"].map(metadataAt));
    expect(found).toEqual([metadata, { Of: "the folder" }, { lower: "v" }, metadata]);
  });

  it("that changes alone moves the signature", async () => {
    await azure.addFile(["file"], bytesOf("x"));
    const signature = async () => {
      await using session = await azure.source.open();
      return (await entryAt(session, ["file"])).signature;
    };
    const before = await signature();
    await azure.share.rootDirectoryClient.getFileClient("file").setMetadata({ a: "b" });
    expect(await signature()).not.toBe(before);
  });

  it("of a folder of the share is the root's when the source is that folder", async () => {
    await azure.addFolder(["50% a"]);
    await azure.addFile(["50% a", "file"], bytesOf("x"));
    await using whole = await azure.source.open();
    await using part = await azure.sourceWith({ target: target(["50% a"]) }).open();
    const { kind, sizeBytes, mtimeNs, signature, sourceId, posix, metadata } = await entryAt(whole, ["50% a"]);
    const asChild = { kind, sizeBytes, mtimeNs, signature, sourceId, posix };
    const asRoot = await part.root();
    expect(asRoot).toEqual({ ...asChild, name: "", metadata: { ...metadata, accessedNs: undefined } });
    expect((await contentOf(part, ["file"], await entryAt(part, ["file"]))).toString()).toBe("x");
  });
});

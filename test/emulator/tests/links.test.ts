import { expect, test } from "vitest";
import { bytesOf, failure, startFixture, type Fixture } from "./fixture.js";

async function nfsShare(fixture: Fixture) {
  const share = fixture.service.getShareClient("posix");
  await share.create({ protocols: { nfsEnabled: true } });
  return share;
}

test("a symbolic link keeps its text as it is", async () => {
  await using fixture = await startFixture();
  const share = await nfsShare(fixture);
  const link = share.rootDirectoryClient.getFileClient("link");
  const created = await link.createSymbolicLink("../some where/100%", {
    owner: "345",
    group: "123",
  });
  expect(created.posixProperties).toMatchObject({ owner: "345", group: "123", fileType: "SymLink" });
  expect((await link.getSymbolicLink()).linkText).toBe("../some where/100%");
  expect((await link.getProperties()).posixProperties?.fileType).toBe("SymLink");
});

test("hard links are one file under two names, and count", async () => {
  await using fixture = await startFixture();
  const share = await nfsShare(fixture);
  const root = share.rootDirectoryClient;
  await root.createSubdirectory("dir");
  const first = share.getDirectoryClient("dir").getFileClient("first");
  const created = await first.create(4);
  const second = root.getFileClient("second");
  const linked = await second.createHardLink("dir/first");
  expect(linked.fileId).toBe(created.fileId);
  expect(linked.posixProperties?.linkCount).toBe(2);
  await second.uploadRange("both", 0, 4);
  expect((await bytesOf(await first.download())).toString()).toBe("both");
  await first.delete();
  expect((await second.getProperties()).posixProperties?.linkCount).toBe(1);
  expect((await bytesOf(await second.download())).toString()).toBe("both");
});

test("a hard link stays apart in a snapshot", async () => {
  await using fixture = await startFixture();
  const share = await nfsShare(fixture);
  const root = share.rootDirectoryClient;
  await root.getFileClient("a").create(3);
  await root.getFileClient("b").createHardLink("a");
  await root.getFileClient("a").uploadRange("old", 0, 3);
  const { snapshot } = await share.createSnapshot();
  await root.getFileClient("b").uploadRange("new", 0, 3);
  const past = share.withSnapshot(snapshot!).rootDirectoryClient.getFileClient("a");
  expect((await bytesOf(await past.download())).toString()).toBe("old");
  expect((await bytesOf(await root.getFileClient("a").download())).toString()).toBe("new");
});

test("files of an NFS share have owner, group and mode in place of attributes", async () => {
  await using fixture = await startFixture();
  const share = await nfsShare(fixture);
  const file = share.rootDirectoryClient.getFileClient("a");
  const read = { read: true, write: false, execute: false };
  const all = { read: true, write: true, execute: true };
  await file.create(0, {
    posixProperties: {
      owner: "1000",
      group: "1001",
      fileMode: {
        owner: all,
        group: read,
        other: read,
        effectiveUserIdentity: false,
        effectiveGroupIdentity: false,
        stickyBit: false,
      },
    },
  });
  const properties = await file.getProperties();
  expect(properties.posixProperties).toMatchObject({
    owner: "1000",
    group: "1001",
    linkCount: 1,
    fileType: "Regular",
    fileMode: { owner: all, group: read },
  });
  expect(properties.fileAttributes).toBeUndefined();
  expect(properties.filePermissionKey).toBeUndefined();
});

test("SMB shares have no links", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  expect((await failure(file.createSymbolicLink("x"))).statusCode).toBe(400);
});

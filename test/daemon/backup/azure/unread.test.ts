// What a backup need not read: whatever of a file has changed but its bytes, wherever it has gone. Counted in requests.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Losses } from "../../../../daemon/backup/losses.js";
import { AzureWorld } from "./azure-world.js";

let azure: AzureWorld;
beforeEach(async () => {
  azure = await AzureWorld.create();
  for (const name of ["a", "b", "c"]) azure.seed.file(`folder/${name}`, `bytes of ${name}`);
  azure.seed.file("folder/deep/er/large", Buffer.alloc(3_000_000, 7));
});
afterEach(() => azure[Symbol.asyncDispose]());

const changes = (path: string, what: Parameters<AzureWorld["share"]["files"]["updateFile"]>[1]) =>
  azure.share.files.updateFile(path.split("/"), what);

describe("a file of which something else has changed than its bytes is described, and not read", () => {
  it.each([
    ["its ACL", () => azure.setAcl("folder/a")],
    ["its attributes", () => changes("folder/a", { attributes: "ReadOnly | Hidden" })],
    ["its metadata", () => changes("folder/a", { metadata: { colour: "blue" } })],
    ["its content type", () => changes("folder/a", { headers: { type: "text/plain" } })],
    ["its name", () => azure.seed.move("folder/a", "folder/z")],
    ["its place", () => azure.seed.move("folder/a", "folder/deep/er/a")],
    ["its ACL and its place", () => (azure.setAcl("folder/a"), azure.seed.move("folder/a", "a"))],
  ])("%s", async (_, edit) => {
    await azure.faithful();
    edit();
    const { asked, snapshot } = await azure.faithful();
    expect([asked["Get File"], snapshot.consistent]).toEqual([undefined, true]);
    expect(asked["Get File Properties"]).toBe(1);
    expect(snapshot.counters).toMatchObject({ added: 0, deleted: 0, bytesRead: 0, errors: 0 });
    expect(snapshot.counters.modified + snapshot.counters.renamed).toBe(1);
    expect((await azure.faithful()).asked["Get File Properties"]).toBeUndefined();
  });

  it("of thousands of files at once, and nothing of them is stored again", async () => {
    for (let n = 0; n < 200; n++) azure.seed.file(`many/${n}`, `file ${n}`);
    await azure.faithful();
    for (let n = 0; n < 200; n++) azure.setAcl(`many/${n}`);
    azure.setAcl("folder/deep/er/large");
    const { asked, snapshot } = await azure.faithful();
    expect([asked["Get File"], asked["Get File Properties"]]).toEqual([undefined, 201]);
    expect(snapshot.counters).toMatchObject({ modified: 201, bytesRead: 0 });
    expect(snapshot.counters.bytesStored).toBeLessThan(200 * 400);
  });

  it("also in the backup after one that was lost with this machine's state", async () => {
    await azure.faithful();
    azure.setAcl("folder/a");
    await azure.world.loseState();
    expect((await azure.faithful()).asked["Get File"]).toBeUndefined();
  });
});

describe("a file is read", () => {
  it.each([
    ["that was written to", () => azure.seed.write("folder/a", 0, "B")],
    ["that was written to with its time set back", () => azure.writeSecretly("folder/a", 0, "B")],
    ["that was cut off", () => changes("folder/a", { size: 3 })],
    [
      "that got another MD5 with its ACL",
      () => {
        azure.setAcl("folder/a");
        azure.writeSecretly("folder/a", 0, "B");
        changes("folder/a", { headers: { type: "application/octet-stream", md5: "1B2M2Y8AsgTpgAmY7PhCfg==" } });
      },
    ],
    [
      "that lost Archive, which writing sets and backups clear",
      () => {
        azure.writeSecretly("folder/a", 0, "B");
        changes("folder/a", { attributes: "None" });
      },
    ],
    [
      "that was deleted and made again",
      () => {
        azure.seed.remove("folder/a");
        azure.seed.file("folder/a", "bytes of ä");
      },
    ],
    [
      "that was moved and written to",
      () => {
        azure.seed.write("folder/a", 0, "B");
        azure.seed.move("folder/a", "a");
      },
    ],
    [
      "whose name another file of the same size and time has taken",
      () => {
        const { lastWriteTime } = azure.share.files.file(["folder", "a"]).state;
        azure.seed.remove("folder/a");
        azure.seed.file("folder/a", "other byte", { lastWriteTime });
      },
    ],
  ])("%s", async (_, edit) => {
    await azure.faithful();
    edit();
    expect((await azure.faithful()).asked["Get File"]).toBe(1);
  });

  it("whose ACL has changed, when the settings say that LastWriteTime is not to be trusted", async () => {
    await azure.faithful();
    azure.setAcl("folder/a");
    azure.writeSecretly("folder/a", 0, "B");
    const source = azure.source({ trustWriteTimes: false });
    expect((await azure.faithful({ source })).asked["Get File"]).toBe(1);
  });

  it("whose ACL has changed besides a secret write, when the source keeps the last share snapshot to compare with", async () => {
    const source = azure.source({ changedRanges: true });
    await azure.faithful({ source });
    for (const name of ["a", "b"]) azure.setAcl(`folder/${name}`);
    azure.writeSecretly("folder/a", 0, "B");
    azure.seed.move("folder/b", "b");
    const { asked, snapshot } = await azure.faithful({ source });
    expect([asked["Get File"], asked["List Ranges"]]).toEqual([1, 2]);
    expect(snapshot.counters.bytesRead).toBe("bytes of a".length);
  });

  it("whose ACL has changed, when what is stored of it is lost", async () => {
    await azure.faithful();
    const folder = azure.nodeAt("folder");
    const { contentId } = (folder && azure.world.catalog.live.lookup(folder, "a")) ?? {};
    if (contentId === undefined) throw new Error("there is no /folder/a");
    azure.setAcl("folder/a");
    const lost = new Losses({ contents: [contentId] });
    expect((await azure.faithful({ lost })).asked["Get File"]).toBe(1);
  });
});

describe("a file that is new", () => {
  it("is described by the answer that has its bytes: one request, or one for its properties when it is empty", async () => {
    azure.seed.file("empty");
    azure.seed.file("folder/long", Buffer.alloc(9_000_000, 1));
    const { asked } = await azure.faithful();
    expect([asked["Get File"], asked["Get File Properties"]]).toEqual([5, 1]);
  });
});

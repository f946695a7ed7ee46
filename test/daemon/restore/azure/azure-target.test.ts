// What only a share has: attributes, descriptors, ranges, states that tell the unfinished, names, faults.
import { describe, expect, it } from "vitest";
import type { NodeMetadata } from "../../../../core/node.js";
import { parseTime, type TimeNs } from "../../../../core/time.js";
import { UNFINISHED_NS } from "../../../../daemon/restore/azure/unfinished.js";
import { FakeTree, MTIME, type Node } from "../support/fake-tree.js";
import { put } from "../target-contract.js";
import { type AzureTargetFixture, startAzureTarget } from "./fixture.js";

const time = (text: string): TimeNs => parseTime(text) as TimeNs;
const MIB = 1024 * 1024;
const SDDL = "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;BU)";

const METADATA: NodeMetadata = {
  createdNs: time("2001-02-03T04:05:06.1234567Z"),
  changedNs: time("2002-03-04T05:06:07.7654321Z"),
  attributes: "ReadOnly | Hidden | Archive",
  permissionKey: "source*key",
  contentType: "text/x-odd",
  contentEncoding: "odd",
  contentLanguage: "cy",
  cacheControl: "no-store",
  contentDisposition: 'attachment; filename="ü"',
  contentMd5: Buffer.alloc(16, 7),
  userMetadata: { owner: "us", project: "x y" },
};
const FOLDER: NodeMetadata = { ...METADATA, attributes: "ReadOnly | Hidden | Directory", contentMd5: undefined };
const DESCRIPTORS = { "source*key": { format: "sddl", text: SDDL } } as const;

async function expectAllOf(fixture: AzureTargetFixture, path: string, kind: "file" | "directory"): Promise<void> {
  const header = await fixture.headersOf(path, kind);
  expect(header("x-ms-file-last-write-time")).toBe("2020-02-02T03:04:05.6780000Z");
  expect(header("x-ms-file-creation-time")).toBe("2001-02-03T04:05:06.1234567Z");
  expect(header("x-ms-file-change-time")).toBe("2002-03-04T05:06:07.7654321Z");
  expect(header("x-ms-file-attributes")).toBe(kind === "file" ? METADATA.attributes : FOLDER.attributes);
  expect([header("x-ms-meta-owner"), header("x-ms-meta-project")]).toEqual(["us", "x y"]);
  const { permission } = await fixture.share.getPermission(header("x-ms-file-permission-key") ?? "");
  expect(permission).toBe(SDDL);
  if (kind === "directory") return;
  expect(header("content-type")).toBe("text/x-odd");
  expect(header("content-encoding")).toBe("odd");
  expect(header("content-language")).toBe("cy");
  expect(header("cache-control")).toBe("no-store");
  expect(header("content-md5")).toBe(Buffer.alloc(16, 7).toString("base64"));
}

describe("attributes", () => {
  const tree = (text = "text"): FakeTree =>
    new FakeTree({ in: { d: { metadata: FOLDER, in: { f: { file: text, metadata: METADATA } } } } }, DESCRIPTORS);

  it("are all put back, of files and folders", async () => {
    await using fixture = await startAzureTarget();
    expect(await put(tree(), fixture)).toMatchObject({ errors: 0, files: 1 });
    await expectAllOf(fixture, "d/f", "file");
    await expectAllOf(fixture, "d", "directory");
    expect(fixture.emulator.requests.count("Create Permission")).toBe(1);
  });

  it("of folders are not written again where nothing is done in them, nor differs", async () => {
    await using fixture = await startAzureTarget();
    await put(tree(), fixture);
    const etag = (await fixture.headersOf("d", "directory"))("etag");
    fixture.emulator.requests.reset();
    for (const overwrite of ["if-different", "always"] as const)
      await put(tree(), fixture, { overwrite, delete: true });
    expect((await fixture.headersOf("d", "directory"))("etag")).toBe(etag);
    expect(fixture.emulator.requests.count("Set Directory Properties")).toBe(0);
    await fixture.write("d/more", "too much");
    await put(tree(), fixture, { overwrite: "if-different", delete: true });
    await expectAllOf(fixture, "d", "directory");
  });

  it("are put right where they differ, and the content is left alone", async () => {
    await using fixture = await startAzureTarget();
    await put(tree(), fixture);
    const file = fixture.share.rootDirectoryClient.getFileClient("d/f");
    await file.setProperties({ fileAttributes: "None" as never, lastWriteTime: "preserve" as never });
    await file.setMetadata({ other: "1" });
    await fixture.share.getDirectoryClient("d").setMetadata({});
    fixture.emulator.requests.reset();
    const again = await put(tree(), fixture, { overwrite: "if-different" });
    expect(again).toMatchObject({ errors: 0, bytesWritten: 0 });
    await expectAllOf(fixture, "d/f", "file");
    await expectAllOf(fixture, "d", "directory");
    expect(fixture.emulator.requests.count("Put Range")).toBe(0);
  });

  it("that keep a file from being written are taken away first, and come back", async () => {
    await using fixture = await startAzureTarget();
    await put(tree("before"), fixture);
    expect(await put(tree("after!"), fixture, { overwrite: "always" })).toMatchObject({ errors: 0, bytesWritten: 6 });
    expect((await fixture.read())["d/f"]?.text).toBe("after!");
    await expectAllOf(fixture, "d/f", "file");
  });

  it("of what is deleted do not keep it", async () => {
    await using fixture = await startAzureTarget();
    await put(tree(), fixture);
    await put({ in: { keep: { file: "" } } }, fixture);
    const result = await put({ in: { keep: { file: "" } } }, fixture, { delete: true });
    expect(result).toMatchObject({ deleted: 2, errors: 0 });
    expect(Object.keys(await fixture.read())).toEqual(["keep"]);
  });

  it("that nobody could read are reported, with the file that lacks them", async () => {
    await using fixture = await startAzureTarget();
    const view = new FakeTree({ in: { f: { file: "x", metadata: { permissionKey: "unknown" } } } });
    const result = await put(view, fixture);
    expect(result).toMatchObject({ files: 1, errors: 1, passedOver: [{ path: ["f"], code: "FILE_UNWRITABLE" }] });
    expect((await fixture.read())["f"]?.text).toBe("x");
  });

  it("of the share that was backed up are given by their old key, while it is known", async () => {
    await using fixture = await startAzureTarget();
    const { filePermissionKey = "" } = await fixture.share.createPermission(SDDL);
    const metadata = { permissionKey: filePermissionKey };
    const view = new FakeTree({ in: { f: { file: "x", metadata }, g: { file: "y", metadata } } });
    fixture.emulator.requests.reset();
    expect(await put(view, fixture, { target: fixture.targetWith({ isSource: true }) })).toMatchObject({ errors: 0 });
    expect(fixture.emulator.requests.count("Get Permission")).toBe(1);
    expect(fixture.emulator.requests.count("Create Permission")).toBe(0);
    expect((await fixture.headersOf("g"))("x-ms-file-permission-key")).toBe(filePermissionKey);
  });

  it("in binary form, and longer than a header takes, are put back too", async () => {
    await using fixture = await startAzureTarget();
    const aces = Array.from({ length: 500 }, (_, n) => `(A;;FR;;;S-1-5-21-1-2-3-${n + 1000})`).join("");
    const long = `O:SYG:SYD:${aces}`;
    const { filePermissionKey = "" } = await fixture.share.createPermission(SDDL);
    const { permission: binary } = await fixture.share.getPermission(filePermissionKey, {
      filePermissionFormat: "Binary",
    });
    const descriptors = { long: { format: "sddl", text: long }, binary: { format: "binary", text: binary } } as const;
    const view = new FakeTree(
      {
        in: {
          f: { file: "x", metadata: { permissionKey: "long" } },
          g: { file: "y", metadata: { permissionKey: "binary" } },
        },
      },
      descriptors,
    );
    expect(await put(view, fixture)).toMatchObject({ errors: 0 });
    const keyOf = async (name: string) => (await fixture.headersOf(name))("x-ms-file-permission-key") ?? "";
    expect((await fixture.share.getPermission(await keyOf("f"))).permission).toBe(long);
    expect((await fixture.share.getPermission(await keyOf("g"), { filePermissionFormat: "Binary" })).permission).toBe(
      binary,
    );
  });
});

describe("what is unfinished", () => {
  it("shows in a listing, and is finished by the next run without writing again what is there", async () => {
    await using fixture = await startAzureTarget();
    const wanted = Buffer.alloc(24 * MIB, 1);
    const tree: Node = { in: { d: { in: { done: { file: "done" }, big: { file: wanted } } } } };
    const outage = fixture.emulator.faults.add({
      match: { operation: "Put Range", path: "d/big" },
      after: 4,
      times: Infinity,
      fault: { kind: "status", status: 403, code: "AuthorizationFailure" },
    });
    await expect(put(tree, fixture, { concurrency: 1 })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(outage.hits).toBeGreaterThan(0);
    outage.remove();
    expect((await fixture.headersOf("d", "directory"))("x-ms-file-creation-time")).toBe("1979-12-31T23:59:59.0070089Z");
    expect((await fixture.read())["d/big"]?.mtimeNs).toBe(UNFINISHED_NS);
    fixture.emulator.requests.reset();
    expect(await put(tree, fixture)).toMatchObject({ errors: 0, files: 2 });
    expect(fixture.emulator.requests.count("Put Range bytes")).toBe(8 * MIB);
    expect(fixture.emulator.requests.count("Create File")).toBe(0);
    expect((await fixture.read())["d/big"]).toMatchObject({ mtimeNs: MTIME });
  });
});

describe("names", () => {
  it("with dots, spaces, percents and signs that XML cannot hold come back, to the limits", async () => {
    await using fixture = await startAzureTarget({ protocol: "NFS" });
    const names = [
      "trailing.",
      "trailing..",
      " space ",
      "100%",
      "%41",
      "a#b",
      "a?b+c",
      "ctrl\u0001",
      "ü\u2028",
      "x".repeat(255),
    ];
    const tree: Node = { in: Object.fromEntries(names.map((name) => [name, { in: { [name]: { file: name } } }])) };
    expect(await put(tree, fixture)).toMatchObject({ errors: 0, files: names.length });
    expect(await put(tree, fixture, { overwrite: "if-different" })).toMatchObject({
      unchanged: names.length,
      errors: 0,
    });
  });

  it("that the share cannot hold are reported one by one", async () => {
    await using fixture = await startAzureTarget();
    const tree: Node = {
      in: {
        "a:b": { file: "" },
        nul: { file: "" },
        ["y".repeat(256)]: { file: "" },
        Same: { file: "first" },
        same: { file: "second" },
        good: { file: "" },
      },
    };
    const result = await put(tree, fixture, { concurrency: 1 });
    expect(result.passedOver.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "NAME_UNUSABLE"));
    expect(Object.keys(await fixture.read()).toSorted()).toEqual(["Same", "good"]);
  });

  it("that differ by case alone are one on an SMB share: nothing of it is deleted, and the case is put right", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("README", "text", MTIME);
    const tree: Node = { in: { Readme: { file: "text" } } };
    expect(await put(tree, fixture, { delete: true })).toMatchObject({ deleted: 0, errors: 0 });
    expect(await put(tree, fixture, { delete: true, overwrite: "if-different" })).toMatchObject({ errors: 0 });
    expect(Object.keys(await fixture.read())).toEqual(["Readme"]);
  });

  it("that only other upper cases than the service's make one are two", async () => {
    await using fixture = await startAzureTarget();
    for (const name of ["kap\u0131.txt", "\u00B5.txt", "\u{10428}.txt"]) await fixture.write(name, "precious");
    const wanted = { "kapi.txt": { file: "text" }, "\u03BC.txt": { file: "text" }, "\u{10400}.txt": { file: "text" } };
    const result = await put({ in: wanted }, fixture, { overwrite: "if-different" });
    expect(result).toMatchObject({ errors: 0, files: 3 });
    const found = await fixture.read();
    expect(Object.keys(found)).toHaveLength(6);
    expect(found).toMatchObject({
      "kap\u0131.txt": { text: "precious" },
      "\u00B5.txt": { text: "precious" },
      "\u{10428}.txt": { text: "precious" },
    });
  });
});

describe("a file of an NFS share that has other names", () => {
  it("is not written through one of them", async () => {
    await using fixture = await startAzureTarget({ protocol: "NFS" });
    await fixture.write("elsewhere", "precious");
    await fixture.share.rootDirectoryClient.getFileClient("f").createHardLink("elsewhere");
    const metadata: NodeMetadata = { linkCount: 2, linkId: "one" };
    const result = await put({ in: { f: { file: "wanted", metadata } } }, fixture, { overwrite: "always" });
    expect(result).toMatchObject({ errors: 0, files: 1 });
    expect(await fixture.read()).toMatchObject({ f: { text: "wanted" }, elsewhere: { text: "precious" } });
  });
});

describe("NFS shares", () => {
  it("get modes, owners, symbolic and hard links back", async () => {
    await using fixture = await startAzureTarget({ protocol: "NFS" });
    const posix = { mode: 0o4751, uid: 1234, gid: 4321 };
    const linked: NodeMetadata = { linkCount: 2, linkId: "one" };
    const tree: Node = {
      in: {
        d: { posix: { ...posix, mode: 0o1750 }, in: { f: { file: "x", posix } } },
        l: { link: "../nö where/\u{1F600}", posix },
        "h1 ü€": { file: "same", metadata: linked },
        h2: { file: "same", metadata: linked },
      },
    };
    expect(await put(tree, fixture)).toMatchObject({ files: 4, errors: 0, bytesWritten: 5 });
    const file = await fixture.headersOf("d/f");
    expect([file("x-ms-mode"), file("x-ms-owner"), file("x-ms-group")]).toEqual(["4751", "1234", "4321"]);
    expect((await fixture.headersOf("d", "directory"))("x-ms-mode")).toBe("1750");
    const { linkText = "" } = await fixture.share.rootDirectoryClient.getFileClient("l").getSymbolicLink();
    expect(Buffer.from(linkText, "latin1").toString()).toBe("../nö where/\u{1F600}");
    expect((await fixture.headersOf("h1 ü€"))("x-ms-file-id")).toBe((await fixture.headersOf("h2"))("x-ms-file-id"));
    fixture.emulator.requests.reset();
    expect(await put(tree, fixture, { overwrite: "if-different" })).toMatchObject({ unchanged: 4, errors: 0 });
    expect(fixture.emulator.requests.count("Create File")).toBe(0);
  });

  it("have what SMB shares have not: a symbolic link is reported there", async () => {
    await using fixture = await startAzureTarget();
    const result = await put({ in: { l: { link: "x" }, f: { file: "f" } } }, fixture);
    expect(result.passedOver).toMatchObject([{ path: ["l"], code: "FILE_UNWRITABLE" }]);
    expect(Object.keys(await fixture.read())).toEqual(["f"]);
  });
});

describe("faults", () => {
  const tree: Node = { in: { d: { in: { a: { file: "a".repeat(100_000) }, b: { file: "b" } } } } };

  it("that pass are waited out: throttling, cut connections, lost answers, locks", async () => {
    await using fixture = await startAzureTarget();
    const { faults } = fixture.emulator;
    faults.add({ fault: { kind: "status", status: 503, retryAfterSeconds: 7 }, match: { operation: "Create File" } });
    faults.add({ fault: { kind: "lost-answer" }, match: { operation: "Create Directory" } });
    faults.add({ fault: { kind: "lost-answer" }, match: { operation: "Put Range" } });
    faults.add({ fault: { kind: "cut" }, match: { operation: "Put Range" }, after: 1 });
    faults.add({
      fault: { kind: "status", status: 409, code: "SharingViolation" },
      match: { operation: "Set File Properties" },
    });
    faults.add({
      fault: { kind: "status", status: 500, code: "InternalError" },
      match: { operation: "Set Directory Properties" },
    });
    expect(await put(tree, fixture)).toMatchObject({ files: 2, errors: 0 });
    faults.assertAllHit();
    expect(Math.max(...fixture.timing.pauses)).toBeGreaterThanOrEqual(7_000);
    const found = await fixture.read();
    expect([found["d/a"]?.text?.length, found["d/a"]?.mtimeNs, found["d"]?.mtimeNs]).toEqual([100_000, MTIME, MTIME]);
  });

  it("that concern one file pass it over", async () => {
    await using fixture = await startAzureTarget();
    const locked = { kind: "status", status: 409, code: "SharingViolation" } as const;
    fixture.emulator.faults.add({ fault: locked, match: { operation: "Put Range", path: "d/a" }, times: Infinity });
    const result = await put(tree, fixture);
    expect(result).toMatchObject({ files: 1, errors: 1 });
    expect(result.passedOver).toMatchObject([{ path: ["d", "a"], code: "FILE_UNWRITABLE" }]);
    expect(result.passedOver[0]?.message).toBe("/d/a cannot be written: an SMB client has it open and locked.");
    expect(Object.keys(await fixture.read())).toEqual(["d", "d/b"]);
  });

  it("that no request can carry pass the file over, too", async () => {
    await using fixture = await startAzureTarget();
    const metadata = { cacheControl: "5 €" };
    const result = await put({ in: { f: { file: "f", metadata }, g: { file: "g" } } }, fixture);
    expect(result.passedOver).toMatchObject([{ path: ["f"], code: "FILE_UNWRITABLE" }]);
    expect(Object.keys(await fixture.read())).toEqual(["g"]);
  });

  it.each([
    ["a share that is full", { status: 409, code: "ShareSizeLimitReached" }, "STORE_FULL", /is full: raise its quota/],
    [
      "credentials that may not write",
      { status: 403, code: "AuthorizationPermissionMismatch" },
      "ACCESS_DENIED",
      /a restore needs to read, list, create and write/,
    ],
    ["a share that is gone", { status: 404, code: "ShareNotFound" }, "SOURCE_UNKNOWN", /has no share "back"/],
    ["a service that is down", { status: 503, code: "ServerBusy" }, "UNREACHABLE", /overloaded or down/],
  ])("that concern everything end the run: %s", async (_, fault, code, message) => {
    await using fixture = await startAzureTarget();
    fixture.emulator.faults.add({
      fault: { kind: "status", ...fault },
      match: { operation: "Create File" },
      times: Infinity,
    });
    const failed = await put(tree, fixture).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code });
    expect((failed as Error).message).toMatch(message);
  });

  it("a share that does not exist is said at once", async () => {
    await using fixture = await startAzureTarget();
    const address = { account: fixture.emulator.account().name, share: "missing", folder: [] };
    await expect(put(tree, fixture, { target: fixture.targetWith({ address }) })).rejects.toThrow(
      /has no share "missing"/,
    );
  });
});

describe("a folder of a share", () => {
  it("is made with those above it, and nothing beside it is looked at", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("beside", "mine");
    const address = { account: fixture.emulator.account().name, share: "back", folder: ["x", "y z"] };
    const targetTo = () => fixture.targetWith({ address });
    expect(await put({ in: { f: { file: "f" } } }, fixture, { target: targetTo(), dryRun: true })).toMatchObject({
      errors: 0,
    });
    expect(Object.keys(await fixture.read())).toEqual(["beside"]);
    expect(await put({ in: { f: { file: "f" } } }, fixture, { target: targetTo() })).toMatchObject({ errors: 0 });
    await fixture.write("x/y z/more", "");
    expect(await put({ in: { f: { file: "f" } } }, fixture, { target: targetTo(), delete: true })).toMatchObject({
      deleted: 1,
    });
    expect(Object.keys(await fixture.read())).toEqual(["beside", "x", "x/y z", "x/y z/f"]);
  });

  it("that is a file is said to be none", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("beside", "mine");
    const address = { account: fixture.emulator.account().name, share: "back", folder: ["beside"] };
    await expect(put({ in: {} }, fixture, { target: fixture.targetWith({ address }) })).rejects.toThrow(
      /it is not a folder/,
    );
  });
});

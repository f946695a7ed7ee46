import { expect, test } from "vitest";
import { binaryToSddl, sddlToBinary } from "../model/security-descriptor.js";
import { failure, signed, startFixture } from "./fixture.js";

const sddl =
  "O:S-1-5-21-2127521184-1604012920-1887927527-21560751G:SYD:AI(A;;FA;;;SY)(A;OICI;0x1200a9;;;BU)(D;;FW;;;S-1-5-21-1-2-3-4)";

test("a permission gets a key that is the same for the same text", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const first = await share.createPermission(sddl);
  const second = await share.createPermission(sddl);
  expect(first.filePermissionKey).toMatch(/^\d+\*\d+$/);
  expect(second.filePermissionKey).toBe(first.filePermissionKey);
  expect((await share.getPermission(first.filePermissionKey!)).permission).toBe(sddl);
});

test("a permission's JSON may write its names in any case", async () => {
  await using fixture = await startFixture();
  const query = { restype: "share", comp: "filepermission" };
  const body = JSON.stringify({ Permission: sddl, FORMAT: "sddl" });
  const answer = await signed(fixture.emulator, "PUT", "/data", { query, body });
  expect(answer.headers["x-ms-file-permission-key"]).toBe(
    (await fixture.share.createPermission(sddl)).filePermissionKey,
  );
});

test("a permission can be had in binary form, and given in it", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const { filePermissionKey: key } = await share.createPermission(sddl);
  const options = { filePermissionFormat: "Binary" } as const;
  const { permission } = await share.getPermission(key!, options);
  const given = await share.createPermission({ permission, format: "Binary" });
  expect((await share.getPermission(given.filePermissionKey!)).permission).toBe(sddl);
});

test.each(["nonsense", "O:SYG:SY", "O:SYD:(A;;FA;;;SY)", "O:SYG:SYD:(A;;FA;;;NOBODY)", "O:SYG:SYD:(Q;;FA;;;SY)"])(
  "the permission %j is refused",
  async (text) => {
    await using fixture = await startFixture();
    expect(await failure(fixture.share.createPermission(text))).toMatchObject({
      statusCode: 400,
      code: "FileInvalidPermission",
    });
  },
);

test("a key the share does not have is refused", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  expect(await failure(share.getPermission("1*2"))).toMatchObject({
    code: "FileInvalidPermissionKey",
  });
  const file = share.rootDirectoryClient.getFileClient("a");
  expect(await failure(file.create(0, { filePermissionKey: "1*2" }))).toMatchObject({
    code: "FileInvalidPermissionKey",
  });
});

test("a file carries the permission it was given, inline or by key", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const { filePermissionKey: key } = await share.createPermission(sddl);
  const inline = share.rootDirectoryClient.getFileClient("inline");
  await inline.create(0, { filePermission: sddl });
  expect((await inline.getProperties()).filePermissionKey).toBe(key);
  const keyed = share.rootDirectoryClient.getFileClient("keyed");
  await keyed.create(0);
  const before = await keyed.getProperties();
  expect(before.filePermissionKey).not.toBe(key);
  await keyed.setProperties({ filePermissionKey: key! });
  const after = await keyed.getProperties();
  expect(after.filePermissionKey).toBe(key);
  expect(after.etag).not.toBe(before.etag);
  expect(after.fileLastWriteOn).toEqual(before.fileLastWriteOn);
});

test("an inline permission above 8 KiB is refused, and fits as a key", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const long = `O:SYG:SYD:${"(A;;FA;;;SY)".repeat(700)}`;
  const file = share.rootDirectoryClient.getFileClient("a");
  expect(await failure(file.create(0, { filePermission: long }))).toMatchObject({
    statusCode: 400,
  });
  const { filePermissionKey } = await share.createPermission(long);
  await file.create(0, { filePermissionKey: filePermissionKey! });
});

test("a descriptor with an entry SDDL cannot hold is to be had in binary only", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const bytes = Buffer.from(sddlToBinary("O:SYG:SYD:(A;;FA;;;SY)"), "base64");
  const dacl = bytes.readUInt32LE(16);
  bytes[dacl + 8] = 9;
  const permission = bytes.toString("base64");
  const { filePermissionKey: key } = await share.createPermission({ permission, format: "Binary" });
  expect(await failure(share.getPermission(key!))).toMatchObject({
    statusCode: 400,
    code: "CannotConvertToSddlDueToCustomAce",
  });
  const binary = await share.getPermission(key!, { filePermissionFormat: "Binary" });
  expect(binary.permission).toBe(permission);
});

test.each([sddl, "O:BAG:BAD:PAI(A;OICIIO;GA;;;CO)S:(ML;;0x1;;;HI)", "O:SYG:SYD:", "O:SYG:SYD:NO_ACCESS_CONTROL"])(
  "%s survives the way through bytes",
  (text) => {
    expect(binaryToSddl(sddlToBinary(text))).toBe(text);
  },
);

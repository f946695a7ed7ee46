import { beforeEach, expect, test } from "vitest";
import type { Share } from "../model/share.js";
import { type Fixture, startFixture } from "./fixture.js";

let fixture: Fixture;
let model: Share;
beforeEach(async () => {
  fixture = await startFixture();
  model = fixture.emulator.service().share("data");
  return () => fixture[Symbol.asyncDispose]();
});

const sddlOf = (path: string): string => {
  const found = model.live.find(path.split("/"));
  return model.permissions.get(found?.state.permissionKey ?? "", "Sddl").permission;
};
const parent = (dacl: string) => {
  const permissionKey = model.permissions.add({ format: "Sddl", permission: `O:BAG:BAD:${dacl}` });
  model.seed.directory("parent", { permissionKey });
  return fixture.share.getDirectoryClient("parent");
};

test("a new node gets what its directory hands down to its kind", async () => {
  const directory = parent("(A;OICI;FA;;;BA)(A;OI;FR;;;BU)(A;CI;FX;;;AU)(A;;GA;;;WD)");
  await directory.createFile("file", 0);
  await directory.createSubdirectory("sub");
  expect(sddlOf("parent/file")).toBe("O:SYG:SYD:AI(A;ID;FA;;;BA)(A;ID;FR;;;BU)");
  expect(sddlOf("parent/sub")).toBe("O:SYG:SYD:AI(A;OICIID;FA;;;BA)(A;OIIOID;FR;;;BU)(A;CIID;FX;;;AU)");
});

test("inheritance goes on through directories until an entry ends it", async () => {
  const directory = parent("(A;OICINP;FA;;;BA)(A;OICIIO;FR;;;BU)");
  await directory.createSubdirectory("sub");
  expect(sddlOf("parent/sub")).toBe("O:SYG:SYD:AI(A;ID;FA;;;BA)(A;OICIID;FR;;;BU)");
  await directory.getDirectoryClient("sub").createFile("file", 0);
  expect(sddlOf("parent/sub/file")).toBe("O:SYG:SYD:AI(A;ID;FR;;;BU)");
});

test("an entry for whoever creates names the creator", async () => {
  const directory = parent("(A;OICIIO;FA;;;CO)");
  await directory.createFile("file", 0);
  await directory.createSubdirectory("sub");
  expect(sddlOf("parent/file")).toBe("O:SYG:SYD:AI(A;ID;FA;;;SY)");
  expect(sddlOf("parent/sub")).toBe("O:SYG:SYD:AI(A;ID;FA;;;SY)(A;OICIIOID;FA;;;CO)");
});

test("where nothing is handed down a default applies", async () => {
  const directory = parent("(A;;FA;;;BA)");
  await directory.createFile("file", 0);
  expect(model.live.find(["parent", "file"])?.state.permissionKey).toBe(model.permissions.defaultFileKey);
});

test("a permission that is given is kept, and inherited again when asked", async () => {
  const directory = parent("(A;OICI;FA;;;BA)");
  const own = "O:SYG:SYD:(A;;FR;;;BU)";
  const file = directory.getFileClient("file");
  await file.create(0, { filePermission: own });
  expect(sddlOf("parent/file")).toBe(own);
  await file.setProperties({});
  expect(sddlOf("parent/file")).toBe(own);
  await file.setProperties({ filePermission: "inherit" });
  expect(sddlOf("parent/file")).toBe("O:SYG:SYD:AI(A;ID;FA;;;BA)");
});

import { expect, test } from "vitest";
import { bytesOf, startFixture } from "./fixture.js";

test("operations and their bytes are counted by name, from the last reset on", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("a", "12345");
  emulator.requests.reset();
  const root = share.rootDirectoryClient;
  await bytesOf(await root.getFileClient("a").download());
  await bytesOf(await root.getFileClient("a").download(0, 2));
  await root.listFilesAndDirectories().next();
  await root.getFileClient("none").exists();
  const { requests } = emulator;
  expect(requests.counts).toMatchObject({
    "Get File": 2,
    "Get File bytes": 7,
    "List Directory": 1,
    "Get File Properties": 1,
    errors: 1,
  });
  expect(requests.total).toBe(4);
  expect(requests.log[0]).toMatchObject({ operation: "Get File", path: "a", status: 200, bytesOut: 5 });
  requests.reset();
  expect(requests.count("Get File")).toBe(0);
});

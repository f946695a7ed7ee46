import { expect, test } from "vitest";
import { failure, startFixture } from "./fixture.js";

test("there are no handles unless a test opens some", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  const page = (await root.listHandles({ recursive: true }).byPage().next()).value;
  expect(page.handleList ?? []).toEqual([]);
  const closed = await root.forceCloseAllHandles({ recursive: true });
  expect(closed.closedHandlesCount).toBe(0);
});

test("opened handles are listed in pages, and closed by id or all together", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const model = emulator.service().share("data");
  const opened = ["a", "dir/b", "dir/ü"].map((path) => model.handles.open(model.seed.file(path), ["Read", "Write"]));
  const root = share.rootDirectoryClient;
  const paths: (string | undefined)[] = [];
  for await (const page of root.listHandles({ recursive: true }).byPage({ maxPageSize: 2 })) {
    for (const handle of page.handleList ?? []) {
      paths.push(handle.path);
      expect(handle.accessRightList).toEqual(["Read", "Write"]);
    }
  }
  expect(paths).toEqual(["a", "dir/b", "dir/ü"]);
  expect((await root.forceCloseHandle(opened[0]!.id)).closedHandlesCount).toBe(0);
  const file = root.getFileClient("a");
  expect((await file.forceCloseHandle(opened[0]!.id)).closedHandlesCount).toBe(1);
  const rest = await share.getDirectoryClient("dir").forceCloseAllHandles({ recursive: true });
  expect(rest.closedHandlesCount).toBe(2);
});

test("a page of handles goes on behind one that was closed meanwhile", async () => {
  await using fixture = await startFixture();
  const model = fixture.emulator.service().share("data");
  const opened = ["a", "b", "c"].map((path) => model.handles.open(model.seed.file(path)));
  const pages = fixture.share.rootDirectoryClient.listHandles({ recursive: true }).byPage({ maxPageSize: 1 });
  await pages.next();
  model.handles.close(opened[0]!.id);
  expect((await pages.next()).value.handleList).toMatchObject([{ path: "b" }]);
});

test("all handles are closed however many there are, a page at a time", async () => {
  await using fixture = await startFixture();
  const model = fixture.emulator.service().share("data");
  const found = model.seed.file("a");
  for (let count = 0; count < 5001; count++) model.handles.open(found);
  const closed = await fixture.share.rootDirectoryClient.getFileClient("a").forceCloseAllHandles();
  expect(closed.closedHandlesCount).toBe(5001);
  expect(fixture.emulator.requests.count("Force Close Handles")).toBe(2);
});

test("what is no handle id is refused, and a snapshot has no handles", async () => {
  await using fixture = await startFixture();
  const model = fixture.emulator.service().share("data");
  model.handles.open(model.seed.file("a"));
  const { snapshot = "" } = await fixture.share.createSnapshot();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  expect(await failure(file.forceCloseHandle("mine"))).toMatchObject({ code: "InvalidHeaderValue" });
  const frozen = fixture.share.withSnapshot(snapshot).rootDirectoryClient.getFileClient("a");
  expect((await frozen.forceCloseAllHandles()).closedHandlesCount).toBe(0);
  expect((await file.forceCloseAllHandles()).closedHandlesCount).toBe(1);
});

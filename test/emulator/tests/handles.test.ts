import { expect, test } from "vitest";
import { startFixture } from "./fixture.js";

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

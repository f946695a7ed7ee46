// From the command line: a share is backed up, and comes back to where it was, to another share, to a folder.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShareClient } from "@azure/storage-file-share";
import { Emulator } from "../emulator/emulator.js";
import { bytesOf, serviceClient } from "../emulator/tests/fixture.js";
import { Setting } from "./support/cli.js";

let emulator: Emulator;
let setting: Setting;
let docs: ShareClient;

beforeAll(async () => {
  emulator = await Emulator.start();
  setting = await Setting.create();
  const service = serviceClient(emulator, undefined, { allowTrailingDot: true });
  docs = service.getShareClient("docs");
  await docs.create();
  await service.getShareClient("other").create();
  await docs.getDirectoryClient("reports").create({ metadata: { who: "us" } });
  await docs.getDirectoryClient("reports/2026").create();
  for (const name of ["a.txt", "reports/may.pdf", "reports/2026/x.", "reports/2026/y.pdf"]) {
    await docs.rootDirectoryClient.getFileClient(name).uploadData(Buffer.from(`of ${name}`));
  }
  const source = `azure-files://devstoreaccount1/docs?endpoint=${emulator.endpoint()}`;
  await setting.run("init", "--share", "acme/docs", "--source", source, "--store", setting.path("store"));
  await setting.run("backup", "acme/docs");
});

afterAll(async () => {
  await setting[Symbol.asyncDispose]();
  await emulator.close();
});

const textOf = async (share: string, path: string): Promise<string> => {
  const client = serviceClient(emulator, undefined, { allowTrailingDot: true }).getShareClient(share);
  return (await bytesOf(await client.rootDirectoryClient.getFileClient(path).download())).toString();
};

it("comes back in place, and then a backup finds nothing but what a restore must change", async () => {
  await docs.rootDirectoryClient.getFileClient("a.txt").uploadData(Buffer.from("damaged"));
  await docs.rootDirectoryClient.getFileClient("reports/may.pdf").delete();
  await docs.rootDirectoryClient.getFileClient("reports/too much").create(10);
  const plan = await setting.run("restore", "acme/docs", "--in-place", "--overwrite", "--delete", "--dry-run");
  expect(
    plan.stdout
      .split("\n")
      .filter((line) => /^(create|overwrite|delete) /.test(line))
      .toSorted(),
  ).toEqual([
    "create     /reports/may.pdf (18 B): it is missing",
    "delete     /reports/too much (10 B): the snapshot does not have it",
    "overwrite  /a.txt (8 B): size, time, change time differ",
  ]);
  expect(await textOf("docs", "a.txt")).toBe("damaged");
  expect(await setting.json("restore", "acme/docs", "--in-place", "--overwrite", "--delete")).toMatchObject({
    target: "azure-files://devstoreaccount1/docs",
    files: 4,
    unchanged: 2,
    bytesWritten: 26,
    deleted: 1,
    errors: 0,
  });
  expect(await textOf("docs", "a.txt")).toBe("of a.txt");
  const diff = async () => (await setting.run("diff", "acme/docs@latest~1", "acme/docs@latest")).stdout;
  await setting.run("backup", "acme/docs");
  expect(await diff()).not.toMatch(/^[-+] /m);
});

it("goes to a folder of another share of the account, with what the source is signed in with", async () => {
  const to = `azure-files://devstoreaccount1/other/some/where?endpoint=${emulator.endpoint()}`;
  expect(await setting.run("restore", "acme/docs:/reports/**/*.pdf", "--to", to)).toMatchObject({ status: 0 });
  expect(await textOf("other", "some/where/2026/y.pdf")).toBe("of reports/2026/y.pdf");
  expect(await textOf("other", "some/where/may.pdf")).toBe("of reports/may.pdf");
});

it("goes to another share that is not at the source's endpoint only with credentials of its own", async () => {
  const to = "azure-files://otheraccount/other?endpoint=http://127.0.0.1:9/otheraccount";
  const ending = await setting.run("restore", "acme/docs", "--to", to);
  expect(ending).toMatchObject({ status: 2, stdout: "" });
  expect(ending.stderr).toMatch(/needs credentials: those of a source in the same account, or of the environment/);
});

it("goes to a local folder", async () => {
  const to = setting.path("out");
  expect(await setting.run("restore", "acme/docs:/reports/2026", "--to", to)).toMatchObject({ status: 0 });
  expect((await readdir(to)).toSorted()).toEqual(["x.", "y.pdf"]);
  expect(await readFile(`${to}/x.`, "utf8")).toBe("of reports/2026/x.");
});

it("tells a secret in --to without showing it", async () => {
  await writeFile(setting.path("unused"), "");
  const ending = await setting.run("restore", "acme/docs", "--to", "azure-files://devstoreaccount1/docs?sig=c2VjcmV0");
  expect(ending.status).toBe(2);
  expect(ending.stderr).not.toContain("c2VjcmV0");
});

// From the command line: a share is backed up, and comes back to where it was, to another share, to a folder.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShareClient } from "@azure/storage-file-share";
import { developmentAccount } from "../emulator/account.js";
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
  await docs.create({ quota: 77, accessTier: "Cool", metadata: { team: "x" } });
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

it("tells with --json what the share was that was backed up", async () => {
  await docs.setAccessPolicy([
    {
      id: "readers",
      accessPolicy: { permissions: "rl", expiresOn: new Date("2030-01-02T03:04:05Z") } as never,
    },
  ]);
  await setting.run("backup", "acme/docs");
  const { snapshots } = await setting.json<{ snapshots: Record<string, unknown>[] }>("snapshots", "acme/docs");
  expect(snapshots.at(-1)?.["shareProperties"]).toEqual({
    properties: expect.objectContaining({ "share-quota": "77", "access-tier": "Cool" }) as unknown,
    metadata: { team: "x" },
    accessPolicies: [
      { id: "readers", permissions: "rl", expiresAt: expect.stringMatching(/^2030-01-02T03:04:05/) as unknown },
    ],
  });
  expect(JSON.stringify(snapshots)).not.toMatch(/etag|request-id|\bdate\b/i);
});

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
  expect(ending.stderr).toMatch(
    /needs credentials: those of a source in the same account, of targets: in the configuration,/,
  );
});

it("goes to an account of its own, which the configuration signs in to", async () => {
  const { key } = developmentAccount;
  await using elsewhere = await Emulator.start({ accounts: [{ name: "elsewhere", key }] });
  await serviceClient(elsewhere, "elsewhere").getShareClient("far").create();
  await writeFile(setting.path("far.key"), key);
  const url = `azure-files://elsewhere/far?endpoint=${elsewhere.endpoint("elsewhere")}`;
  const config = await readFile(setting.config, "utf8");
  try {
    await writeFile(setting.config, `${config}\ntargets:\n  - url: ${url}\n    key: { file: far.key }\n`);
    const to = "azure-files://elsewhere/far/deep";
    expect(await setting.json("restore", "acme/docs:/reports", "--to", to)).toMatchObject({ files: 3, target: to });
    const client = serviceClient(elsewhere, "elsewhere").getShareClient("far").rootDirectoryClient;
    expect((await bytesOf(await client.getFileClient("deep/may.pdf").download())).toString()).toBe(
      "of reports/may.pdf",
    );
  } finally {
    await writeFile(setting.config, config);
  }
});

it("makes the share when told, as the one was that was backed up, and not in a plan", async () => {
  const to = `azure-files://devstoreaccount1/made?endpoint=${emulator.endpoint()}`;
  const made = serviceClient(emulator).getShareClient("made");
  const missing = await setting.run("restore", "acme/docs", "--to", to);
  expect(missing).toMatchObject({ status: 10 });
  expect(missing.stderr).toMatch(/has no share "made"/);
  expect(await setting.run("restore", "acme/docs", "--to", to, "--create-share", "-n")).toMatchObject({ status: 0 });
  expect(await made.exists()).toBe(false);
  expect(await setting.run("restore", "acme/docs", "--to", to, "--create-share")).toMatchObject({ status: 0 });
  expect(await made.getProperties()).toMatchObject({ quota: 77, accessTier: "Cool", metadata: { team: "x" } });
  expect(await textOf("made", "reports/2026/x.")).toBe("of reports/2026/x.");
  expect(await setting.run("restore", "acme/docs", "--to", setting.path("out"), "--create-share")).toMatchObject({
    status: 2,
  });
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

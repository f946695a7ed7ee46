import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { ShareServiceClient } from "@azure/storage-file-share";
import { afterEach, expect, test } from "vitest";
import { selfSigned } from "../../support/certificate.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { Tenant } from "../entra/tenant.js";
import { trusting } from "./fixture.js";

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

function run(...options: readonly string[]) {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", main, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  return child;
}

async function start(...options: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = run(...options);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, line };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "the command tells how to connect, serves, and ends cleanly on %s",
  async (signal) => {
    const { child, line } = await start();
    const connection = /"([^"]+)"/.exec(line)?.[1] ?? "";
    expect(line).toContain("devstoreaccount1");
    expect(connection).toMatch(/FileEndpoint=http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1/);
    const service = ShareServiceClient.fromConnectionString(connection);
    await service.getShareClient("by-command").create();
    child.kill(signal);
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(0);
  },
);

test("the command serves the accounts of a file, and says what is wrong with one", async () => {
  await using directory = await temporaryDirectory();
  const file = directory.join("accounts.yaml");
  await writeFile(file, "- name: acme\n  key: a2V5\n  kind: premium\n");
  const { line } = await start("--accounts", file);
  const service = ShareServiceClient.fromConnectionString(/"([^"]+)"/.exec(line)?.[1] ?? "");
  await service.getShareClient("posix").create({ protocols: { nfsEnabled: true } });
  await writeFile(file, "- name: acme\n");
  const broken = run("--accounts", file);
  const [[code], said] = await Promise.all([once(broken, "exit") as Promise<[number]>, text(broken.stderr)]);
  expect(code).toBe(2);
  expect(said).toBe(`${file}:1: account 1 (acme), key must be text\n`);
});

test("the command serves over TLS with a given certificate, and believes bearer tokens when told so", async () => {
  await using directory = await temporaryDirectory();
  const { cert, key } = selfSigned();
  await writeFile(directory.join("cert.pem"), cert);
  await writeFile(directory.join("key.pem"), key);
  const options = ["--cert", directory.join("cert.pem"), "--key", directory.join("key.pem"), "--oauth", "basic"];
  const { line } = await start(...options);
  const endpoint = /FileEndpoint=(https:[^;"]+)/.exec(line)?.[1] ?? "";
  const tenant = new Tenant();
  const token = tenant.issue(tenant.addApplication());
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const service = new ShareServiceClient(endpoint, credential, { ...trusting(cert), fileRequestIntent: "backup" });
  const share = service.getShareClient("by-token");
  await share.create();
  const page = await share.rootDirectoryClient.listFilesAndDirectories().byPage().next();
  expect(page.value).toMatchObject({ shareName: "by-token" });
});

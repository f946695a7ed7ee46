import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { ShareServiceClient } from "@azure/storage-file-share";
import { afterEach, expect, test } from "vitest";

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

function run(...options: string[]) {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", main, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  return child;
}

async function start(...options: string[]): Promise<{ child: ChildProcess; line: string }> {
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
  const folder = await mkdtemp(join(tmpdir(), "emulator-accounts-"));
  try {
    const file = join(folder, "accounts.yaml");
    await writeFile(file, "- name: acme\n  key: a2V5\n  kind: premium\n");
    const { line } = await start("--accounts", file);
    const service = ShareServiceClient.fromConnectionString(/"([^"]+)"/.exec(line)?.[1] ?? "");
    await service.getShareClient("posix").create({ protocols: { nfsEnabled: true } });
    await writeFile(file, "- name: acme\n");
    const broken = run("--accounts", file);
    const [[code], said] = await Promise.all([once(broken, "exit") as Promise<[number]>, text(broken.stderr)]);
    expect(code).toBe(2);
    expect(said).toBe(`${file}:1: account 1 (acme), key must be text\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ShareServiceClient } from "@azure/storage-file-share";
import { afterEach, expect, test } from "vitest";

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

async function start(): Promise<{ child: ChildProcess; line: string }> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", main, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
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

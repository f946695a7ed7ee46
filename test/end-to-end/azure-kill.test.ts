/** The built command killed while it reads a share snapshot; and two tenants that back one Azure share up at the same time. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { Emulator } from "../emulator/emulator.js";
import { temporaryDirectory } from "../support/tmp.js";

const command = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");

interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<{ readonly status: number | null; readonly stderr: string }>;
}

function start(...argv: readonly string[]): Started {
  const child = spawn(process.execPath, [command, ...argv], { stdio: ["ignore", "ignore", "pipe"] });
  const said = text(child.stderr);
  const end = new Promise<{ status: number | null; stderr: string }>((resolve) => {
    child.once("close", (status) => void said.then((stderr) => resolve({ status, stderr })));
  });
  return { child, end };
}

it("a killed backup leaves a share snapshot that the next one of its share removes, and no other", async () => {
  await using directory = await temporaryDirectory();
  await using emulator = await Emulator.start();
  const share = emulator.service().createShare("docs");
  for (let n = 0; n < 20; n++) share.seed.file(`folder/${n}`, `file ${n}`);
  share.seed.file("held", "held");
  const config = directory.join("sharestrata.yaml");
  const source = `azure-files://devstoreaccount1/docs?endpoint=${emulator.endpoint()}`;
  const tenants = ["acme/docs", "globex/docs"] as const;
  for (const name of tenants) {
    const init = [
      "init",
      "--quiet",
      "--config",
      config,
      "--share",
      name,
      "--source",
      source,
      "--store",
      `file://${directory.join("store")}`,
    ];
    expect(await start(...init).end).toEqual({ status: 0, stderr: "" });
  }
  const backup = (name: (typeof tenants)[number]): Started => start("backup", name, "--config", config, "--quiet");
  const ids = (): readonly string[] => share.record.snapshots.map(({ id }) => id);
  /** A backup that has got as far as the file that is held; @returns how to let it go on */
  const startHeld = async (name: (typeof tenants)[number]): Promise<Started & { readonly release: () => void }> => {
    let release = (): void => {};
    const until = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      const where = (): boolean => (resolve(), true);
      const match = { operation: "Get File", path: "held", where };
      emulator.faults.add({ match, fault: { kind: "held", until } });
    });
    const started = backup(name);
    await reached;
    return { ...started, release };
  };

  const killed = await startHeld("acme/docs");
  const [left] = ids();
  expect(ids()).toHaveLength(1);
  killed.child.kill("SIGKILL");
  expect(await killed.end).toEqual({ status: null, stderr: "" });
  killed.release();
  const foreign = share.createSnapshot({ owner: "somebody else" }).id;

  const other = await startHeld("globex/docs");
  const ofOther = ids().filter((id) => id !== left && id !== foreign);
  expect([ids().includes(left ?? ""), ofOther.length]).toEqual([true, 1]);

  expect(await backup("acme/docs").end).toEqual({ status: 0, stderr: "" });
  expect(ids()).toEqual([foreign, ...ofOther]);

  other.release();
  expect(await other.end).toEqual({ status: 0, stderr: "" });
  expect(ids()).toEqual([foreign]);
});

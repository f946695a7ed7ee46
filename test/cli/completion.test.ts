import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPLETION_FLAG } from "../../cli/completion.js";
import { Setting, sharestrata } from "./support/cli.js";

let setting: Setting;
let snapshot: string;

beforeAll(async () => {
  setting = await Setting.create();
  await setting.init();
  await setting.run("backup", "acme/docs");
  const { snapshots } = await setting.json<{ snapshots: { name: string }[] }>("snapshots", "acme/docs");
  snapshot = snapshots[0]?.name ?? "";
});

afterAll(() => setting[Symbol.asyncDispose]());

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { status, stdout, stderr } = await sharestrata([COMPLETION_FLAG, "sharestrata", ...words], {
    cwd: setting.directory.path,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((word) => word !== "");
}

describe("completion", () => {
  it("knows commands, families and options", async () => {
    expect(await complete("b")).toEqual(["backup"]);
    expect(await complete("config", "")).toEqual(["check"]);
    expect(await complete("catalog", "")).toEqual(["check", "stats", "checkpoint", "rebuild"]);
    expect(await complete("catalog", "rebuild", "--from-segments", "a")).toEqual(["acme/docs"]);
    expect(await complete("ls", "--r")).toEqual(["--recursive"]);
  });

  it("knows the shares of the configuration, wherever that is", async () => {
    expect(await complete("ls", "-l", "")).toEqual(["acme/docs"]);
    expect(await complete("find", "-ia", "--print0", "")).toEqual(["acme/docs"]);
    expect(await complete("find", "--name", "")).toEqual([]);
    expect(await complete("history", "a")).toEqual(["acme/docs"]);
    expect(await complete("ls", "acme/d", "--config", "/nowhere.yaml")).toEqual([]);
    const elsewhere = [COMPLETION_FLAG, "sharestrata", "backup", "--config", setting.config, "a"];
    expect((await sharestrata(elsewhere)).stdout).toBe("acme/docs\n");
  });

  it("knows the snapshots of a share", async () => {
    expect(await complete("mount", "/mnt", "acme/docs@")).toEqual(["acme/docs@latest", `acme/docs@${snapshot}`]);
  });

  it("leaves files to the shell, and is silent when something is wrong", async () => {
    expect(await complete("ls", "--config", "")).toEqual([]);
    expect(await complete("ls", "acme/nope@")).toEqual([]);
    expect((await sharestrata([COMPLETION_FLAG, "sharestrata", "ls", ""])).stdout).toBe("");
  });

  it("has a script for bash that completes behind @, where bash breaks words", async () => {
    const { stdout: script } = await sharestrata(["completion", "bash"]);
    const line = "sharestrata ls acme/docs@20";
    const bash = `
      sharestrata() { [[ $1 == ${COMPLETION_FLAG} && $4 == acme/docs@20 ]] && echo acme/docs@2026-11-20T10-00-00Z; }
      ${script}
      COMP_LINE='${line}' COMP_POINT=${line.length}
      _sharestrata_complete
      echo "\${COMPREPLY[@]}"`;
    expect(execFileSync("bash", ["-c", bash], { encoding: "utf8" })).toBe("2026-11-20T10-00-00Z\n");
  });
});

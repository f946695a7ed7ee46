// What a parent learns of a child that is to mount, whatever becomes of it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { waitUntilUsable } from "../../../fs/transports/readiness.js";

const child = (script: string): ChildProcess =>
  spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "ignore", "ipc"] });

const report = (message: object): string => `process.send(${JSON.stringify(message)}, () => process.disconnect())`;

describe("waiting for a mount process", () => {
  it("ends with its error, code and all", async () => {
    const failed = child(report({ kind: "mount-failed", code: "SHARE_UNKNOWN", message: "There is no such share." }));
    await expect(waitUntilUsable(failed)).rejects.toMatchObject({
      code: "SHARE_UNKNOWN",
      message: "There is no such share.",
    });
  });

  it("ends when the process ends without a word, by itself or by a signal", async () => {
    await expect(waitUntilUsable(child("process.exit(3)"))).rejects.toMatchObject({
      code: "MOUNT_FAILED",
      message: "The mount process ended with status 3 before the mount was usable.",
    });
    const killed = child("setInterval(() => {}, 1000); process.send('started')");
    const ending = waitUntilUsable(killed).catch((error: unknown) => error);
    await once(killed, "message");
    killed.kill("SIGKILL");
    expect(String(await ending)).toMatch(/ended by SIGKILL before the mount was usable/);
  });

  it("does not believe in a mount that the system does not list", async () => {
    const lying = child(report({ kind: "mount-ready", mountPoint: "/nowhere" }));
    await expect(waitUntilUsable(lying)).rejects.toMatchObject({ code: "MOUNT_FAILED" });
  });

  it("passes over messages that are none of its own", async () => {
    const chatty = child(`process.send("hello"); process.send({ kind: "mount-failed", code: "NONE" });
      ${report({ kind: "mount-failed", code: "FAILED", message: "real" })}`);
    await expect(waitUntilUsable(chatty)).rejects.toMatchObject({ code: "FAILED", message: "real" });
  });
});

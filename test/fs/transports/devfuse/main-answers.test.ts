// The answers that are waited for, and what becomes of them at the end of a mount.
import { closeSync, openSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import type { KernelAnswers } from "../../../../fs/transports/devfuse/answers.js";
import { MainAnswers } from "../../../../fs/transports/devfuse/main-answers.js";
import { HEADER_BYTES } from "../../../../fs/transports/devfuse/protocol/request.js";
import { OPCODE } from "../../../../fs/transports/devfuse/protocol/opcodes.js";
import { temporaryDirectory } from "../../../support/tmp.js";

function message(opcode: number, unique: number, body = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + body.length, 0);
  header.writeUInt32LE(opcode, 4);
  header.writeBigUInt64LE(BigInt(unique), 8);
  header.writeUInt32LE(1, 16);
  return Buffer.concat([header, body]);
}

function interruptOf(unique: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64LE(BigInt(unique));
  return message(OPCODE.interrupt, unique + 1, body);
}

/** Answers when it is told to, or when nobody wants the answer any more. */
class Waiting {
  readonly signals: AbortSignal[] = [];
  #release: () => void = () => undefined;

  answer(_request: unknown, _reply: unknown, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.signals.push(signal);
    return new Promise((resolve, reject) => {
      this.#release = resolve;
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      if (signal.aborted) reject(signal.reason as Error);
    });
  }

  release(): void {
    this.#release();
  }
}

async function onFile(
  use: (main: MainAnswers, waiting: Waiting, fd: number) => Promise<void>,
): Promise<{ readonly device: Buffer; readonly other: Buffer }> {
  await using folder = await temporaryDirectory();
  const waiting = new Waiting();
  const fd = openSync(folder.join("device"), "w");
  const main = new MainAnswers(fd, waiting as unknown as KernelAnswers, silentLogger);
  const served = use(main, waiting, fd);
  main.end();
  closeSync(fd);
  // The lowest number that is free, which is the one that was given back.
  const other = openSync(folder.join("other"), "w");
  expect(other).toBe(fd);
  await served;
  closeSync(other);
  return { device: readFileSync(folder.join("device")), other: readFileSync(folder.join("other")) };
}

it("writes nothing once the mount has ended: its number may be another file's by then", async () => {
  const { other } = await onFile(async (main) => main.serve(message(OPCODE.getattr, 2)));
  expect(other).toHaveLength(0);
  const late = await onFile(async (main, waiting) => {
    const served = main.serve(message(OPCODE.getattr, 2));
    await Promise.resolve();
    waiting.release();
    await served;
    await main.serve(message(OPCODE.getattr, 4));
  });
  expect(late.other).toHaveLength(0);
});

it("calls off an answer also when it hears of that before it hears of the question", async () => {
  await using folder = await temporaryDirectory();
  const fd = openSync(folder.join("device"), "w");
  const main = new MainAnswers(fd, new Waiting() as unknown as KernelAnswers, silentLogger);
  await main.serve(interruptOf(6));
  await main.serve(message(OPCODE.getattr, 6));
  closeSync(fd);
  const answer = readFileSync(folder.join("device"));
  expect([answer.readInt32LE(4), answer.readBigUInt64LE(8)]).toEqual([-4, 6n]);
});

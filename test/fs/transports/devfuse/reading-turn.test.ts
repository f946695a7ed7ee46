import { once } from "node:events";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ReadingTurn } from "../../../../fs/transports/devfuse/reading-turn.js";
import { messageOf, startThread } from "../../../support/thread.js";

let word: Int32Array;
let first: Worker;
let second: Worker;

const told = async (thread: Worker, order: "take" | "pass"): Promise<unknown> => {
  const answer = messageOf(thread);
  thread.postMessage(order);
  return answer;
};

beforeEach(async () => {
  word = ReadingTurn.newWord();
  const program = join(import.meta.dirname, "support/turn-taker.ts");
  [first, second] = [startThread(program, word), startThread(program, word)];
  await Promise.all([messageOf(first), messageOf(second)]);
});
afterEach(() => Promise.all([first.terminate(), second.terminate()]));

describe("the turn to read", () => {
  it("is one thread's until it passes it, and taking it twice changes nothing", async () => {
    await told(first, "take");
    await told(first, "take");
    expect(word[0]).toBe(first.threadId);
    const taken = told(second, "take");
    // Whatever the second one does meanwhile, it is still the first one's.
    expect(word[0]).toBe(first.threadId);
    await told(first, "pass");
    await taken;
    expect(word[0]).toBe(second.threadId);
  });

  it("cannot be passed by whoever does not have it", async () => {
    await told(first, "take");
    await told(second, "pass");
    expect(word[0]).toBe(first.threadId);
  });

  it("is taken by who waits for it when a thread has died between giving it free and saying so", async () => {
    await told(first, "take");
    const taken = told(second, "take");
    Atomics.store(word, 0, 0);
    ReadingTurn.retire(word, first.threadId);
    await taken;
    expect(word[0]).toBe(second.threadId);
  });

  it("goes on to the next when its thread has died, and stays where it is when another one has", async () => {
    await told(first, "take");
    const { threadId } = first;
    ReadingTurn.retire(word, second.threadId);
    expect(word[0]).toBe(threadId);
    const taken = told(second, "take");
    const ended = once(first, "exit");
    first.postMessage("die");
    await ended;
    ReadingTurn.retire(word, threadId);
    await taken;
    expect(word[0]).toBe(second.threadId);
  });
});

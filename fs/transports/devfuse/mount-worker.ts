/**
 * The program of the transport's threads: waits in a blocking read for the kernel's next message, answers it, and waits again.
 * Several do so with one device, and the kernel gives each message to one of them.
 */
import { performance } from "node:perf_hooks";
import { receiveMessageOnPort, parentPort, threadId, workerData } from "node:worker_threads";
import { HandleNumbers } from "../../handle-numbers.js";
import { messageOf } from "../../../core/errors.js";
import { ThreadReading } from "../../content/thread-share.js";
import { ElsewhereError } from "../../elsewhere.js";
import type { Handle } from "../../handle.js";
import { Operations } from "../../operations.js";
import { ShareSlots } from "../../share-slots.js";
import { KernelAnswers } from "./answers.js";
import { readMessage } from "./device.js";
import type { ShareOpened, ThreadReport, ThreadSetup } from "./messages.js";
import { isForget, isRead } from "./protocol/request.js";
import { ReadingTurn } from "./reading-turn.js";
import { ThreadServer } from "./thread-server.js";
import { elsewhere, ThreadShares } from "./thread-shares.js";

/** The kernel sends forgets by the bufferful, and wants room for a write, which never comes. */
const MESSAGE_BYTES = 64 * 1024;
/** Every so often the event loop turns, so that timers of the database do not pile up. */
const MESSAGES_A_LOOP = 16;
/** A message that is had sooner has been waiting: the kernel asks for more than one thread answers. */
const WAITING_MS = 0.01;

const GATE = { begin: 1 } as const;

const setup = workerData as ThreadSetup;
const shares = new ThreadShares(await ThreadReading.begin());
const slots = new ShareSlots();
const turn = new ReadingTurn(setup.turn, threadId);

function report(message: ThreadReport, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}

/** @returns whether there was anything to learn */
function learn(): boolean {
  let learnt = false;
  for (;;) {
    const order = receiveMessageOnPort(setup.orders)?.message as ShareOpened | undefined;
    if (!order) return learnt;
    slots.set(order.recipe.slot, order.recipe.share);
    shares.add(order.recipe);
    learnt = true;
  }
}

function open(): KernelAnswers {
  const { root, ownership, mountedAt } = setup;
  const base = { shares, root: { kind: "tenants" } as Handle };
  // The share at the root, or of the snapshot there, was told of before this thread was started.
  const rootHandle = root ? new HandleNumbers(base, slots, elsewhere).handleOf(root) : base.root;
  if (rootHandle instanceof Promise) throw new ElsewhereError();
  const operations = new Operations({
    root: rootHandle,
    directory: { list: elsewhere, changedAt: elsewhere },
    shares,
    ownership,
    mountedAt,
    fail: (error) => new ElsewhereError(error),
  });
  return new KernelAnswers(operations, new HandleNumbers(operations, slots, elsewhere));
}

async function run(): Promise<void> {
  learn();
  const answers = open();
  const server = new ThreadServer({ fd: setup.fd, answers, report, learn, inHand: setup.inHand });
  const buffer = Buffer.alloc(MESSAGE_BYTES);
  // It may be long before this thread is asked anything.
  shares.rest();
  Atomics.wait(setup.gate, 0, 0);
  while (Atomics.load(setup.gate, 0) === GATE.begin) {
    for (let served = 0; served < MESSAGES_A_LOOP;) {
      turn.take();
      const asked = performance.now();
      const length = readMessage(setup.fd, buffer);
      if (length === undefined) return;
      // When the kernel drops its caches they come by the hundred thousand, and there is nothing to forget.
      if (isForget(buffer, length)) continue;
      // Contents may have to be read, opened and verified; and what is read ahead of them takes its time as well.
      if (isRead(buffer, length) || performance.now() - asked < WAITING_MS) turn.pass();
      server.serve(buffer.subarray(0, length));
      shares.readAhead();
      shares.rest();
      served++;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

try {
  await run();
} catch (error) {
  report({ kind: "fault", reason: messageOf(error) });
  throw error;
} finally {
  turn.pass();
  await shares[Symbol.asyncDispose]();
  setup.orders.close();
}

/**
 * The threads that serve a mount, seen from the main thread: started before the mount is made, let go once it is, told of every share
 * that opens, and gone by themselves when the mount is.
 */
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { messageOf, SharestrataError } from "../../../core/errors.js";
import { letThreadsBeQuick } from "../../frugality.js";
import { threadEntry } from "../../../store/thread-entry.js";
import type { ShareOpened, ThreadReport, ThreadSetup, ThreadShareRecipe } from "./messages.js";
import { ReadingTurn } from "./reading-turn.js";

const PROGRAM = new URL("./mount-worker.js", import.meta.url);
/**
 * Nothing of what a thread makes lives long. With a third of this it takes half as much processor time again, because what is
 * in use when the young generation is collected is taken for old.
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };
const GATE = { begin: 1, end: 2 } as const;

export interface CrewEvents {
  readonly onReport: (report: ThreadReport) => void;
  /**
   * A thread has ended that nobody has ended. One that died of a request is replaced; without one, there are fewer.
   * @param thread its `threadId`, as it was when it lived
   * @param request the number of what it was answering: whoever asked still waits. Undefined when that was nothing
   */
  readonly onDeath: (error: SharestrataError, thread: number, request: number | undefined) => void;
}

type Setup = Omit<ThreadSetup, "orders" | "gate" | "turn" | "inHand">;

export class ThreadCrew {
  /** Resolves when all of them have ended. */
  readonly ended: Promise<void>;
  readonly #setup: Setup;
  readonly #events: CrewEvents;
  readonly #recipes: ThreadShareRecipe[];
  readonly #orders = new Set<MessagePort>();
  readonly #gate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #turn = ReadingTurn.newWord();

  /**
   * @param recipes the shares that are open already
   */
  constructor(threads: number, setup: Setup, recipes: readonly ThreadShareRecipe[], events: CrewEvents) {
    letThreadsBeQuick();
    this.#setup = setup;
    this.#events = events;
    this.#recipes = [...recipes];
    this.ended = Promise.all(Array.from({ length: threads }, () => this.#start())).then(() => undefined);
  }

  tell(recipe: ThreadShareRecipe): void {
    this.#recipes.push(recipe);
    for (const port of this.#orders) port.postMessage({ kind: "share", recipe } satisfies ShareOpened);
  }

  /** The mount is made: they may read. */
  begin(): void {
    this.#open(GATE.begin);
  }

  /** There will be no mount. */
  async cancel(): Promise<void> {
    this.#open(GATE.end);
    await this.ended;
  }

  #open(state: number): void {
    Atomics.store(this.#gate, 0, state);
    Atomics.notify(this.#gate, 0);
  }

  /** @returns resolves when the thread, and whoever took its place, has ended */
  #start(): Promise<void> {
    const { port1: orders, port2 } = new MessageChannel();
    for (const recipe of this.#recipes) orders.postMessage({ kind: "share", recipe } satisfies ShareOpened);
    this.#orders.add(orders);
    const inHand = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
    const worker = new Worker(threadEntry(PROGRAM), {
      workerData: { ...this.#setup, orders: port2, gate: this.#gate, turn: this.#turn, inHand } satisfies ThreadSetup,
      transferList: [port2],
      execArgv: [],
      name: "mount",
      resourceLimits: LIMITS,
    });
    const thread = worker.threadId;
    let death: SharestrataError | undefined;
    worker.on("message", this.#events.onReport);
    worker.on("error", (error) => {
      death = new SharestrataError("INTERNAL", `A thread of the mount has ended: ${messageOf(error)}`, {}, error);
    });
    return new Promise((resolve) =>
      worker.once("exit", () => {
        this.#orders.delete(orders);
        orders.close();
        ReadingTurn.retire(this.#turn, thread);
        if (!death) {
          resolve();
          return;
        }
        const request = inHand[0] === 0 ? undefined : inHand[0];
        this.#events.onDeath(death, thread, request);
        // Only then: what dies before it has answered anything would be started for ever.
        resolve(request === undefined ? undefined : this.#start());
      }),
    );
  }
}

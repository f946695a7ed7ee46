/**
 * Everything that answers the kernel for one mount: the threads, and the main thread behind them. It passes on what threads cannot
 * answer, tells them of shares that were opened for it, and answers for a thread that has died.
 */
import { availableParallelism } from "node:os";
import type { Logger } from "../../../core/logger.js";
import { HandleNumbers } from "../../handle-numbers.js";
import type { OpenShare } from "../../open-share.js";
import type { Operations } from "../../operations.js";
import { ShareSlots } from "../../share-slots.js";
import { KernelAnswers } from "./answers.js";
import { MainAnswers } from "./main-answers.js";
import type { ThreadReport, ThreadShareRecipe } from "./messages.js";
import { ThreadCrew } from "./thread-crew.js";

/** More than a few gain nothing: the kernel wakes one for each message. */
const MOST_THREADS = 4;
const FEWEST_THREADS = 2;

export interface KernelServiceOptions {
  /** The device. Closed by whoever opened it, when `ended` has resolved. */
  readonly fd: number;
  readonly operations: Operations;
  readonly logger: Logger;
  /** For messages. */
  readonly mountPoint: string;
}

export class KernelService {
  /** Why this kernel cannot be spoken to, in half a sentence; undefined when it can. Never, if the mount ends before. */
  readonly agreed: Promise<string | undefined>;
  /** Resolves when the kernel asks for nothing any more. */
  readonly ended: Promise<void>;
  readonly #operations: Operations;
  readonly #logger: Logger;
  readonly #mountPoint: string;
  readonly #slots = new ShareSlots();
  readonly #told = new Set<OpenShare>();
  readonly #main: MainAnswers;
  readonly #crew: ThreadCrew;
  #agree: (problem: string | undefined) => void = () => undefined;

  /** The threads are started, and wait. */
  constructor({ fd, operations, logger, mountPoint }: KernelServiceOptions) {
    this.#operations = operations;
    this.#logger = logger;
    this.#mountPoint = mountPoint;
    this.agreed = new Promise((resolve) => (this.#agree = resolve));
    const numbers = new HandleNumbers(operations, this.#slots);
    this.#main = new MainAnswers(fd, new KernelAnswers(operations, numbers), logger);
    const { root, ownership, mountedAt } = operations;
    // Gives the share at the root, or of the snapshot there, its number.
    const rootNumber = root.kind === "tenants" ? undefined : numbers.placeOf(root);
    this.#crew = new ThreadCrew(threadCount(), { fd, root: rootNumber, ownership, mountedAt }, this.#newRecipes(), {
      onReport: (report) => this.#hear(report),
      onDeath: (error, thread, unanswered) => {
        logger.error({ cause: String(error.cause) }, error.message);
        if (unanswered !== undefined) this.#main.fail(unanswered);
        for (const share of operations.shares.opened()) share.mounted.retire(thread);
      },
    });
    this.ended = this.#crew.ended;
  }

  /** The mount is made. */
  begin(): void {
    this.#crew.begin();
  }

  /** There will be no mount. */
  cancel(): Promise<void> {
    return this.#crew.cancel();
  }

  /** Nobody waits for answers any more. */
  close(): void {
    this.#main.end();
  }

  #hear(report: ThreadReport): void {
    switch (report.kind) {
      case "agreed":
        this.#agree(report.problem);
        return;
      case "fault":
        this.#logger.error({}, `The mount at ${this.#mountPoint}: ${report.reason}`);
        return;
      case "message":
        void this.#serve(report.message);
    }
  }

  async #serve({ buffer, byteOffset, byteLength }: Uint8Array): Promise<void> {
    await this.#main.serve(Buffer.from(buffer, byteOffset, byteLength));
    for (const recipe of this.#newRecipes()) this.#crew.tell(recipe);
  }

  /** Of shares that were opened since it was asked last. */
  #newRecipes(): readonly ThreadShareRecipe[] {
    const recipes: ThreadShareRecipe[] = [];
    for (const share of this.#operations.shares.opened()) {
      // Without a number, as there are only so many, nobody can ask for what is in it.
      if (this.#told.has(share) || !this.#slots.has(share.name)) continue;
      this.#told.add(share);
      recipes.push({ slot: this.#slots.slotOf(share.name), ...share.mounted.recipe() });
    }
    return recipes;
  }
}

function threadCount(): number {
  return Math.min(MOST_THREADS, Math.max(FEWEST_THREADS, availableParallelism()));
}

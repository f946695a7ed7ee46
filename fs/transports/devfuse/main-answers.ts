/**
 * Answers, on the main thread, what the threads could not at once: what has to be fetched, shares that have to be opened, and all
 * that went wrong. Any number of answers may be waited for side by side; whoever does not want one any more can call it off.
 */
import type { Logger } from "../../../core/logger.js";
import { messageOf } from "../../../core/errors.js";
import { FileSystemError, errnoOf } from "../../errors.js";
import type { KernelAnswers } from "./answers.js";
import { Reply } from "./protocol/reply.js";
import { decodeRequest, type Request } from "./protocol/request.js";

/** Many times what threads can have in hand. */
const CALLED_OFF_KEPT = 256;

export class MainAnswers {
  readonly #fd: number;
  readonly #answers: KernelAnswers;
  readonly #logger: Logger;
  readonly #pending = new Map<number, AbortController>();
  /** Called off, and not heard of yet: threads pass on what they read side by side. Most were answered by the threads. */
  readonly #calledOff = new Set<number>();
  #hasEnded = false;

  constructor(fd: number, answers: KernelAnswers, logger: Logger) {
    this.#fd = fd;
    this.#answers = answers;
    this.#logger = logger;
  }

  /** @param message that `decodeRequest` has taken before; answered when this resolves, which never rejects */
  async serve(message: Buffer): Promise<void> {
    const request = decodeRequest(message);
    if (request.kind === "interrupt") this.#interrupt(request.target);
    else await this.#answer(request);
  }

  /** Answers a request, of which nobody has more than its number any more, with EIO. */
  fail(unique: number): void {
    if (!this.#hasEnded) new Reply().send(this.#fd, unique, errnoOf("EIO"));
  }

  /** Calls off all that is waited for. Nothing is written any more: the device's number may soon be that of another file. */
  end(): void {
    this.#hasEnded = true;
    for (const controller of this.#pending.values()) controller.abort(new FileSystemError("EINTR"));
  }

  async #answer(request: Request): Promise<void> {
    if (this.#hasEnded) return;
    const controller = new AbortController();
    this.#pending.set(request.unique, controller);
    if (this.#calledOff.delete(request.unique)) this.#interrupt(request.unique);
    const reply = new Reply();
    try {
      await this.#answers.answer(request, reply, { signal: controller.signal });
      this.#send(reply, request);
    } catch (error) {
      this.#send(reply, request, this.#errno(error, controller.signal));
    } finally {
      this.#pending.delete(request.unique);
    }
  }

  #send(reply: Reply, { unique }: Request, error = 0): void {
    if (!this.#hasEnded) reply.send(this.#fd, unique, error);
  }

  #errno(error: unknown, signal: AbortSignal): number {
    if (signal.aborted) return errnoOf("EINTR");
    if (error instanceof FileSystemError) return errnoOf(error.code);
    this.#logger.error(
      { error: messageOf(error) },
      `A request of the kernel's could not be answered: ${messageOf(error)}`,
    );
    return errnoOf("EIO");
  }

  #interrupt(target: number): void {
    const controller = this.#pending.get(target);
    if (controller) {
      controller.abort(new FileSystemError("EINTR"));
      return;
    }
    this.#calledOff.add(target);
    const [oldest] = this.#calledOff;
    if (oldest !== undefined && this.#calledOff.size > CALLED_OFF_KEPT) this.#calledOff.delete(oldest);
  }
}

/**
 * What one thread does with the kernel's messages: answers at once what it can, passes the rest to the main thread. Every message
 * that wants an answer gets one, whatever is thrown: a program would hang for ever without.
 */
import { messageOf } from "../../../core/errors.js";
import { ElsewhereError } from "../../elsewhere.js";
import { FileSystemError, errnoOf } from "../../errors.js";
import type { KernelAnswers } from "./answers.js";
import type { ThreadReport } from "./messages.js";
import { negotiate } from "./protocol/init.js";
import { Reply } from "./protocol/reply.js";
import { decodeRequest, ProtocolError, type Request } from "./protocol/request.js";

export interface ThreadServerOptions {
  readonly fd: number;
  readonly answers: KernelAnswers;
  readonly report: (report: ThreadReport, transfer?: readonly ArrayBuffer[]) => void;
  /** Learns what the main thread has told meanwhile. @returns false when there was nothing */
  readonly learn: () => boolean;
  /** As in `ThreadSetup`: who asked is told when this thread dies of it. */
  readonly inHand: Float64Array;
}

export class ThreadServer {
  readonly #fd: number;
  readonly #answers: KernelAnswers;
  readonly #report: ThreadServerOptions["report"];
  readonly #learn: () => boolean;
  readonly #inHand: Float64Array;
  readonly #reply = new Reply(64 * 1024);

  constructor({ fd, answers, report, learn, inHand }: ThreadServerOptions) {
    this.#fd = fd;
    this.#answers = answers;
    this.#report = report;
    this.#learn = learn;
    this.#inHand = inHand;
  }

  /** @param message one message of the kernel's, in a buffer that is used again afterwards */
  serve(message: Buffer): void {
    let request: Request;
    try {
      request = decodeRequest(message);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    switch (request.kind) {
      case "forget":
        return;
      case "init": {
        const { problem } = negotiate(request, this.#reply);
        this.#reply.send(this.#fd, request.unique);
        this.#report({ kind: "agreed", problem });
        return;
      }
      case "interrupt":
        // What is answered here is answered before anybody can call it off.
        this.#passOn(message);
        return;
      default:
        this.#inHand[0] = request.unique;
        this.#answer(request, message);
        this.#inHand[0] = 0;
    }
  }

  #answer(request: Request, message: Buffer): void {
    try {
      if (this.#answerAtOnce(request)) this.#reply.send(this.#fd, request.unique);
      else this.#passOn(message);
    } catch (error) {
      if (error instanceof FileSystemError) this.#reply.send(this.#fd, request.unique, errnoOf(error.code));
      else {
        this.#report({ kind: "fault", reason: messageOf(error) });
        this.#passOn(message);
      }
    }
  }

  #answerAtOnce(request: Request): boolean {
    do {
      try {
        const answered = this.#answers.answer(request, this.#reply);
        if (answered === undefined) return true;
        // Nobody waits for it here: the main thread does it anew.
        answered.catch(() => undefined);
        return false;
      } catch (error) {
        if (!(error instanceof ElsewhereError)) throw error;
      }
    } while (this.#learn());
    return false;
  }

  #passOn(message: Buffer): void {
    const copy = new Uint8Array(message);
    this.#report({ kind: "message", message: copy }, [copy.buffer]);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    this.#report({ kind: "fault", reason: error.message });
    if (error.unique !== undefined) this.#reply.send(this.#fd, error.unique, errnoOf("EINVAL"));
  }
}

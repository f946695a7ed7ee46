/** What the transport's threads and the main thread say to each other. All of it can be cloned. */
import type { MessagePort } from "node:worker_threads";
import type { TimeNs } from "../../../core/time.js";
import type { ShareRecipe } from "../../content/share-recipe.js";
import type { Ownership } from "../../attributes.js";
import type { NodeNumber } from "../../node-number.js";

/** An open share, as a thread can open it for itself. */
export interface ThreadShareRecipe extends ShareRecipe {
  readonly slot: number;
}

export interface ThreadSetup {
  /** The device, shared by all threads: each message is read by one of them. */
  readonly fd: number;
  /** Orders come here, so that they can be taken without a turn of the event loop. */
  readonly orders: MessagePort;
  /** One word: 0 until the mount is made, 1 to begin, 2 to end without having begun. */
  readonly gate: Int32Array;
  /** As ReadingTurn has it. */
  readonly turn: Int32Array;
  /** One number, shared: of the request that the thread is answering, 0 between two. */
  readonly inHand: Float64Array;
  /** What is at the mount's root: the number it has elsewhere; undefined for everything. */
  readonly root: NodeNumber | undefined;
  readonly ownership: Ownership;
  readonly mountedAt: TimeNs;
}

/** Orders to a thread. */
export interface ShareOpened {
  readonly kind: "share";
  readonly recipe: ThreadShareRecipe;
}

export type ThreadReport =
  /** The kernel and this thread have agreed; or cannot, for the reason in `problem`. */
  | { readonly kind: "agreed"; readonly problem: string | undefined }
  /** A message that the main thread has to answer. */
  | { readonly kind: "message"; readonly message: Uint8Array }
  /** Something went wrong that nobody is to be told by an answer. */
  | { readonly kind: "fault"; readonly reason: string };

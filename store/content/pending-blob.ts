/** A blob that has been taken and is not stored yet: the two ends of its `stored` promise. */
import type { ContentId } from "../../core/ids.js";
import type { PendingContent } from "../content-writer.js";

export class PendingBlob implements PendingContent {
  readonly stored: Promise<ContentId>;
  #resolve!: (id: ContentId) => void;
  #reject!: (reason: unknown) => void;

  constructor() {
    this.stored = new Promise<ContentId>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure is also told by the writer's next call; nobody has to listen here.
    this.stored.catch(() => undefined);
  }

  resolve(id: ContentId): void {
    this.#resolve(id);
  }

  reject(reason: unknown): void {
    this.#reject(reason);
  }
}

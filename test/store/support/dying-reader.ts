// A reader whose files end the thread that opens them.
import { isMainThread } from "node:worker_threads";
import type { FileReader } from "../../../store/content/workers/file-reader.js";

export const reader: FileReader = {
  open() {
    if (isMainThread) throw new Error("this thread is needed");
    process.exit(3);
  },
};

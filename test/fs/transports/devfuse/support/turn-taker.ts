// A thread that takes its turn when it is told to, and passes it, or dies with it.
import { parentPort, threadId, workerData } from "node:worker_threads";
import { ReadingTurn } from "../../../../../fs/transports/devfuse/reading-turn.js";

const turn = new ReadingTurn(workerData as Int32Array, threadId);
parentPort?.on("message", (order: "take" | "pass" | "die") => {
  if (order === "die") process.exit(1);
  turn[order]();
  parentPort?.postMessage(order);
});
parentPort?.postMessage("ready");

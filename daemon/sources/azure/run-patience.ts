/** The patience of a run that reads or writes one share: its gate asks the share's folder, which always answers somehow. */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import type { Logger } from "../../../core/logger.js";
import { answerOf, type Pace, type RetryPolicy, type RunPatience } from "./retry.js";
import { RunBudget } from "./run-budget.js";
import { ServiceGate } from "./service-gate.js";
import { WaitingNotices } from "./waiting-notices.js";

export interface RunPatienceOptions {
  readonly policy: RetryPolicy;
  readonly pace: Pace;
  readonly logger: Logger;
  /** What is asked to see whether the service answers; it need not exist. */
  readonly directory: ShareDirectoryClient;
}

export function runPatience({ policy, pace, logger, directory }: RunPatienceOptions): RunPatience {
  const notices = new WaitingNotices(logger, pace);
  const gate = new ServiceGate({
    policy,
    pace,
    probe: (signal) => answerOf((abortSignal) => directory.getProperties({ abortSignal }), { policy, signal }),
    onClosed: notices.closed.bind(notices),
    onOpened: notices.opened.bind(notices),
  });
  return { gate, budget: new RunBudget() };
}

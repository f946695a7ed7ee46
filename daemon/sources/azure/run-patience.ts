/** The patience of a run that reads or writes one share: its gate asks the share's folder, which always answers somehow. */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import type { Logger } from "../../../core/logger.js";
import type { ServiceStatus } from "../service-status.js";
import { type AzureFailure, isBusy } from "./failures.js";
import { answerOf, type RetryPolicy, type RunPatience } from "./retry.js";
import type { Timing } from "./timing.js";
import { RunBudget } from "./run-budget.js";
import { ServiceGate } from "./service-gate.js";
import { WaitingNotices } from "./waiting-notices.js";

export interface RunPatienceOptions {
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  readonly logger: Logger;
  /** What is asked to see whether the service answers; it need not exist. */
  readonly directory: ShareDirectoryClient;
  /** Told when the service is waited for, and when no more. */
  readonly status?: ServiceStatus | undefined;
}

export function runPatience({ policy, timing, logger, directory, status }: RunPatienceOptions): RunPatience {
  const notices = new WaitingNotices(logger, timing);
  const gate = new ServiceGate({
    policy,
    timing,
    probe: (signal) => answerOf((abortSignal) => directory.getProperties({ abortSignal }), { policy, signal }),
    onClosed: (failure: AzureFailure, pauseMs: number) => {
      notices.closed(failure, pauseMs);
      status?.awaited(true);
      if (isBusy(failure)) status?.slowed();
    },
    onOpened: () => {
      notices.opened();
      status?.awaited(false);
    },
  });
  return { gate, budget: new RunBudget() };
}

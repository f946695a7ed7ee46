// What a premium share may do by its size, or by what was asked for, and when it may be made smaller again.
// The formulas are those the service documents for provisioned file shares.
import { StorageError } from "../errors.js";
import { formatMs, toMs } from "./file-time.js";
import type { ShareRecord } from "./share-record.js";

const dayMs = 86_400_000;
const maxIops = 102_400;
const maxBandwidthMiBps = 10_340;

export interface Provisioning {
  readonly iops: number;
  readonly bandwidthMiBps: number;
  /** Whether IOPS or bandwidth were asked for, and not derived from the size. */
  readonly explicit: boolean;
  readonly burstIops: number;
  readonly burstCredits: number;
  readonly nextQuotaDowngrade: string;
  readonly nextIopsDowngrade: string;
  readonly nextBandwidthDowngrade: string;
}

/** Undefined for a share that is not premium: its performance is shared with others. */
export function provisioningOf(record: ShareRecord): Provisioning | undefined {
  if (record.accessTier !== "Premium") return undefined;
  const { quotaGiB, raised } = record;
  const iops = record.provisionedIops ?? Math.min(3000 + quotaGiB, maxIops);
  const bySize = 100 + Math.ceil(quotaGiB * 0.04) + Math.ceil(quotaGiB * 0.06);
  const burstIops = Math.min(Math.max(10_000, 3 * iops), maxIops);
  return {
    iops,
    bandwidthMiBps: record.provisionedBandwidthMiBps ?? Math.min(bySize, maxBandwidthMiBps),
    explicit: record.provisionedIops !== undefined || record.provisionedBandwidthMiBps !== undefined,
    burstIops,
    burstCredits: Math.max(0, burstIops - iops) * 3600,
    nextQuotaDowngrade: nextDowngrade(record, raised?.quota),
    nextIopsDowngrade: nextDowngrade(record, raised?.iops),
    nextBandwidthDowngrade: nextDowngrade(record, raised?.bandwidth),
  };
}

/** A day after the last raise; without one, from the beginning. */
function nextDowngrade({ created }: ShareRecord, raised: string | undefined): string {
  return raised === undefined ? created : formatMs(toMs(raised) + dayMs);
}

/** What was raised when, after a change from one record to another; throws for a downgrade too early. */
export function checkDowngrades(before: ShareRecord, after: ShareRecord, now: string): ShareRecord["raised"] {
  const from = provisioningOf(before);
  const to = provisioningOf(after);
  if (!from || !to) return before.raised;
  const steps = [
    ["quota", before.quotaGiB, after.quotaGiB, from.nextQuotaDowngrade, "ContainerQuotaDowngradeNotAllowed"],
    ["iops", from.iops, to.iops, from.nextIopsDowngrade, "FileShareProvisionedIopsDowngradeNotAllowed"],
    [
      "bandwidth",
      from.bandwidthMiBps,
      to.bandwidthMiBps,
      from.nextBandwidthDowngrade,
      "FileShareProvisionedBandwidthDowngradeNotAllowed",
    ],
  ] as const;
  const raised: { quota?: string; iops?: string; bandwidth?: string } = { ...before.raised };
  for (const [what, old, next, allowed, code] of steps) {
    // What follows from the size is not asked for by itself.
    if (what !== "quota" && !to.explicit) continue;
    if (next < old && toMs(now) < toMs(allowed)) throw new StorageError(code);
    if (next > old) raised[what] = now;
  }
  return raised;
}

// Owns the order in which vitest takes the files: those that are known to take long come first, so that at the end no core waits for the other.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Half a minute and more of processor time, each, on a slow machine. */
const LONG = [
  "damage/store-objects",
  "daemon/prune/",
  "end-to-end/",
  "fs/transports/",
  "damage/catalog-file",
  "store/damage",
  "daemon/backup/ranges",
  "cli/process",
  "cli/encryption",
  "store/content/workers/",
  "daemon/checkpoints/",
  "daemon/backup/run-backup",
  "smoke/",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG.some((part) => moduleId.includes(`/test/${part}`));
    return [...others.filter(isLong), ...others.filter((file) => !isLong(file))];
  }
}

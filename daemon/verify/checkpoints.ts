/** Checkpoints: that records verify and their parts are there. No file is hurt when they do not: they are a short cut. */
import type { SnapshotNumber } from "../../core/ids.js";
import type { IoOptions } from "../../store/object-store.js";
import type { ShareStore } from "../../store/share-store.js";
import type { CheckpointPart } from "../../store/checkpoints/checkpoint.js";
import { absence, isDamage, type Report } from "./finding.js";
import { type Amount, count, type Inventory } from "./inventory.js";

/** The parts that are there with the right size. @param named is added up: what records name, and they themselves */
export async function* checkpointParts(
  store: ShareStore,
  inventory: Inventory,
  named: Amount,
  lostManifests: ReadonlySet<SnapshotNumber>,
  report: Report,
  options: IoOptions,
): AsyncGenerator<CheckpointPart> {
  for (const snapshot of recordsIn(store, inventory)) {
    const record = store.names.checkpoint(snapshot);
    try {
      const { files, manifestSha256 } = await store.checkpoints.get(snapshot, options);
      const parts = files.flatMap((file) => file.parts);
      countFound(inventory, named, record);
      for (const { object } of parts) countFound(inventory, named, object.name);
      if (!lostManifests.has(snapshot) && (await standsOnAnother(store, snapshot, manifestSha256, options))) {
        const message = `The object ${record} in the store was made of another snapshot than there is under its number.`;
        await report({ kind: "checkpoint", object: record, problem: "damaged", message });
        continue;
      }
      for (const part of parts) {
        const { name: object, sizeBytes } = part.object;
        const found = inventory.checkpoints.get(object);
        if (found === sizeBytes) yield part;
        else await report({ kind: "checkpoint-part", ...absence(object, found, `${sizeBytes}`) });
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Retired by a backup that runs meanwhile: it is gone with its parts.
      if (!(await store.objects.stat(record, options))) continue;
      await report({ kind: "checkpoint", object: record, problem: "damaged", message: error.message });
    }
  }
}

/** Parts without a record are what a crash has left, and no checkpoint. */
function* recordsIn({ names }: ShareStore, inventory: Inventory): Generator<SnapshotNumber> {
  for (const name of inventory.checkpoints.keys()) {
    const snapshot = names.checkpointSnapshotOf(name);
    if (snapshot !== undefined && name === names.checkpoint(snapshot)) yield snapshot;
  }
}

function countFound({ checkpoints }: Inventory, amount: Amount, name: string): void {
  const sizeBytes = checkpoints.get(name);
  if (sizeBytes !== undefined) count(amount, sizeBytes);
}

/** Whether the snapshot's manifest is not the one that the checkpoint was made from. */
async function standsOnAnother(
  store: ShareStore,
  snapshot: SnapshotNumber,
  sha256: Uint8Array,
  options: IoOptions,
): Promise<boolean> {
  const { ref } = await store.readManifest(snapshot, options);
  return Buffer.compare(ref.sha256, sha256) !== 0;
}

/** The security descriptor behind a permission key, as SDDL, or in binary form where the service has no SDDL for it. */
import type { ShareClient } from "@azure/storage-file-share";
import type { PermissionDescriptor } from "../../../core/node.js";
import { AzureFailure } from "./failures.js";

/** Makes a request, with retry; throws AzureFailure. */
type Request = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** What the service says of a descriptor with an entry (a conditional one, say) that its SDDL has no words for. */
const NO_SDDL = "CannotConvertToSddlDueToCustomAce";

/** @param share as it is now: keys are the share's, not those of one of its snapshots */
export async function readPermission(share: ShareClient, key: string, request: Request): Promise<PermissionDescriptor> {
  try {
    const { permission } = await request((abortSignal) => share.getPermission(key, { abortSignal }));
    return { format: "sddl", text: permission };
  } catch (error) {
    if (!(error instanceof AzureFailure) || error.code !== NO_SDDL) throw error;
    const { permission } = await request((abortSignal) =>
      share.getPermission(key, { filePermissionFormat: "Binary", abortSignal }),
    );
    return { format: "binary", text: permission };
  }
}

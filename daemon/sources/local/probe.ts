/** What a folder of this machine lets us do: one file of it is opened, and nothing is written. */
import { constants } from "node:fs";
import { access, open, opendir } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorCode, messageOf, SharestrataError } from "../../../core/errors.js";
import { type Abilities, type AbilityVerdict, YES } from "../probe.js";

export async function probeFolder(root: string): Promise<Abilities> {
  let file: string | undefined;
  const list = await verdictOf("SOURCE_UNKNOWN", `${root} cannot be listed`, async () => {
    for await (const entry of await opendir(root)) {
      if (!entry.isFile()) continue;
      file = join(root, entry.name);
      break;
    }
  });
  if (list.can !== "yes") return { list, read: { ...list, can: "unknown" }, restore: { ...list, can: "unknown" } };
  return {
    list,
    read: await verdictOf("FILE_UNREADABLE", `${file ?? root} cannot be read`, async () => {
      if (file !== undefined) await (await open(file, "r")).close();
    }),
    restore: await verdictOf("ACCESS_DENIED", `${root} cannot be written to`, () =>
      access(root, constants.W_OK | constants.X_OK),
    ),
  };
}

async function verdictOf(code: ErrorCode, what: string, work: () => Promise<void>): Promise<AbilityVerdict> {
  try {
    await work();
    return YES;
  } catch (error) {
    const known = error instanceof SharestrataError ? error : undefined;
    return { can: "no", code: known?.code ?? code, message: known?.message ?? `${what}: ${messageOf(error)}.` };
  }
}

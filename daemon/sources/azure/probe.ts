/**
 * Asks the service what it lets us do, and leaves the share as it was: a share snapshot is taken only when it may be deleted again,
 * and whether things may be written is told by what the service says of things that are not there. It looks at permissions first: 403
 * means that they are lacking, and 404 that they are not.
 */
import { randomUUID } from "node:crypto";
import { type Abilities, type AbilityVerdict, YES } from "../probe.js";
import type { Connection } from "./connection.js";
import { AzureFailure } from "./failures.js";
import { deleteLeftovers, type Leftovers, type Requester, type SnapshotTaking } from "./own-snapshots.js";
import { createSnapshot } from "./share-snapshot.js";
import { type ErrorContext, wholeFailure } from "./source-errors.js";

export interface Probing {
  readonly connection: Connection;
  readonly folder: readonly string[];
  readonly errors: ErrorContext;
  /** Bound to the caller's signal. */
  readonly request: Requester;
  readonly taking: SnapshotTaking;
  /** What earlier probes may have left. */
  readonly leftovers: Leftovers;
}

/** No share snapshot is as old as this one. */
const NO_SNAPSHOT = "2000-01-01T00:00:00.0000000Z";
/** What the service says of what is not there, to whoever may ask. */
const ABSENT: ReadonlySet<number | undefined> = new Set([404]);
/** A descriptor that is never kept, as the file it is for is not there. */
const DESCRIPTOR = "O:SYG:SYD:(A;;FA;;;SY)";

/** @throws the signal's reason alone */
export async function probeShare(probing: Probing): Promise<Abilities> {
  const { connection, folder, request } = probing;
  const directory = connection.share.getDirectoryClient(folder.join("/"));
  const list = await verdictOf(probing, () =>
    request(async (abortSignal) => {
      await directory.listFilesAndDirectories({ abortSignal }).byPage({ maxPageSize: 1 }).next();
    }),
  );
  const signIn = signInVerdict(list);
  if (signIn.can !== "yes") return withheld(signIn, list.verdict);
  // A share or folder that is not there can be neither read nor written.
  if (list.verdict.code === "SOURCE_UNKNOWN") return withheld(signIn, list.verdict);
  return {
    signIn,
    list: list.verdict,
    read: (await readable(probing)).verdict,
    snapshot: (await snapshotable(probing)).verdict,
    restore: (await writable(probing)).verdict,
  };
}

interface Asked {
  readonly verdict: AbilityVerdict;
  readonly failure?: AzureFailure;
}

/** The service knows who asks as soon as it answers anything but that it does not. */
function signInVerdict({ verdict, failure }: Asked): AbilityVerdict {
  if (failure === undefined) return YES;
  if (failure.kind === "refused") {
    const isUnknown = failure.status === 401 || failure.code === "AuthenticationFailed";
    return isUnknown ? { ...verdict, can: "no" } : YES;
  }
  return { ...verdict, can: failure.kind === "sign-in" && verdict.code === "ACCESS_DENIED" ? "no" : "unknown" };
}

function withheld(signIn: AbilityVerdict, list: AbilityVerdict): Abilities {
  const unknown: AbilityVerdict = { ...list, can: "unknown" };
  return {
    signIn,
    list: { ...list, can: signIn.can === "yes" ? "no" : "unknown" },
    read: unknown,
    snapshot: unknown,
    restore: unknown,
  };
}

function readable(probing: Probing): Promise<Asked> {
  const file = absent(probing);
  return verdictOf(probing, () =>
    expectAbsent(probing, (abortSignal) => file.download(0, 1, { abortSignal, maxRetryRequests: 0 })),
  );
}

/** Taken and deleted, if it is known that it may be. Once it is taken, nothing calls its deletion off. */
async function snapshotable(probing: Probing): Promise<Asked> {
  const { connection, request, taking, leftovers } = probing;
  return verdictOf(probing, async () => {
    const none = connection.share.withSnapshot(NO_SNAPSHOT);
    await expectAbsent(probing, (abortSignal) => none.delete({ abortSignal }));
    await deleteLeftovers({ ...taking, request }, [leftovers]);
    await using snapshot = await createSnapshot(taking);
    await taking.request((abortSignal) => snapshot.share.delete({ abortSignal }));
    snapshot.keep();
  });
}

/** Creating, writing and deleting, each of something that cannot be there. */
function writable(probing: Probing): Promise<Asked> {
  const file = absent(probing);
  return verdictOf(probing, async () => {
    await expectAbsent(probing, (abortSignal) => file.create(0, { abortSignal }));
    await expectAbsent(probing, async (abortSignal) => {
      try {
        await file.setProperties({ filePermission: DESCRIPTOR, abortSignal });
      } catch (error) {
        // NFS shares know no such descriptors, and say so before they look for the file.
        if ((error as { readonly statusCode?: unknown }).statusCode !== 400) throw error;
        await file.setMetadata({}, { abortSignal });
      }
    });
    await expectAbsent(probing, (abortSignal) => file.delete({ abortSignal }));
  });
}

/** A file in a folder that nobody has made. */
function absent({ connection, folder }: Probing) {
  const path = [...folder, `.sharestrata-probe-${randomUUID()}`, "none"].join("/");
  return connection.share.rootDirectoryClient.getFileClient(path);
}

async function expectAbsent({ request }: Probing, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  try {
    await request(work);
  } catch (error) {
    if (!(error instanceof AzureFailure) || !ABSENT.has(error.status)) throw error;
  }
}

async function verdictOf({ errors }: Probing, work: () => Promise<void>): Promise<Asked> {
  try {
    await work();
    return { verdict: YES };
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    const { code, message } = wholeFailure(errors, error);
    return { verdict: { can: code === "UNREACHABLE" ? "unknown" : "no", code, message }, failure: error };
  }
}

// Lease operations on files and on shares. Files know only leases that never end.
import { randomUUID } from "node:crypto";
import { invalidHeader } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import type { StorageResponse } from "../http/storage-response.js";
import { acquireLease, breakLease, changeLease, type Lease, releaseLease, renewLease } from "../model/lease.js";
import { needs } from "./needs.js";
import { versionHeaders } from "./node-headers.js";

/** Where a lease is kept. `save(undefined)` ends it. */
interface LeaseHolder {
  readonly lease: Lease | undefined;
  readonly version: { readonly etag: string; readonly modified: string };
  readonly on: "file" | "share";
  save(lease: Lease | undefined): void;
}

export const leaseFile: Operation = {
  name: "Lease File",
  need: needs.breakLease,
  onSnapshot: false,
  run(context) {
    const { leases } = context.share;
    const found = context.share.files.file(context.path);
    return leaseAction(context, {
      lease: leases.get(found.id),
      version: found.state,
      on: "file",
      save: (changed) => (changed ? leases.set(found.id, changed) : leases.remove(found.id)),
    });
  },
};

export const leaseShare: Operation = {
  name: "Lease Share",
  need: needs.breakShareLease,
  onSnapshot: true,
  run(context) {
    const { share, snapshotId } = context;
    if (snapshotId === undefined) {
      return leaseAction(context, {
        lease: share.record.lease,
        version: share.record,
        on: "share",
        save: (changed) => share.save(withLease(share.record, changed)),
      });
    }
    const snapshot = share.snapshot(snapshotId);
    return leaseAction(context, {
      lease: snapshot.lease,
      version: snapshot,
      on: "share",
      save: (changed) =>
        share.save({
          ...share.record,
          snapshots: share.record.snapshots.map((other) => (other === snapshot ? withLease(snapshot, changed) : other)),
        }),
    });
  },
};

function withLease<Held extends { readonly lease?: Lease }>(held: Held, lease?: Lease): Held {
  const { lease: _, ...rest } = held;
  return { ...rest, ...(lease && { lease }) } as Held;
}

function leaseAction(context: OperationContext, holder: LeaseHolder): StorageResponse {
  const { request, nowMs } = context;
  const action = request.requireHeader("x-ms-lease-action").toLowerCase();
  const answer = (
    status: number,
    changed: Lease | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): StorageResponse => {
    holder.save(changed);
    return {
      status,
      headers: {
        ...versionHeaders(holder.version),
        ...(changed && { "x-ms-lease-id": changed.id }),
        ...headers,
      },
    };
  };
  switch (action) {
    case "acquire": {
      const id = context.leaseHeader("x-ms-proposed-lease-id") ?? randomUUID();
      const durationSeconds = readDuration(context, holder.on);
      return answer(201, acquireLease(holder.lease, nowMs, { id, durationSeconds }));
    }
    case "renew":
      // A file's lease never ends, so there is nothing to renew.
      if (holder.on === "file") throw invalidHeader("x-ms-lease-action", action);
      return answer(200, renewLease(holder.lease, nowMs, requireId(context)));
    case "change": {
      const id = context.leaseHeader("x-ms-proposed-lease-id") ?? randomUUID();
      return answer(200, changeLease(holder.lease, nowMs, requireId(context), id));
    }
    case "release":
      releaseLease(holder.lease, requireId(context));
      return answer(200, undefined, holder.on === "share" ? { "x-ms-lease-time": "0" } : {});
    case "break": {
      const period = request.wholeNumber("x-ms-lease-break-period");
      if (period !== undefined && period > 60) {
        throw invalidHeader("x-ms-lease-break-period", String(period));
      }
      if (context.leaseId !== undefined) releaseLease(holder.lease, context.leaseId);
      const broken = breakLease(holder.lease, nowMs, holder.on === "file" ? 0 : period);
      const left = { "x-ms-lease-time": String(broken.secondsLeft) };
      return answer(202, broken.lease, holder.on === "share" ? left : {});
    }
    default:
      throw invalidHeader("x-ms-lease-action", action);
  }
}

function requireId(context: OperationContext): string {
  return context.leaseId ?? context.request.requireHeader("x-ms-lease-id");
}

function readDuration({ request }: OperationContext, on: "file" | "share"): number {
  const value = request.header("x-ms-lease-duration") ?? "-1";
  const seconds = Number(value);
  const finite = on === "share" && seconds >= 15 && seconds <= 60 && Number.isInteger(seconds);
  if (seconds !== -1 && !finite) throw invalidHeader("x-ms-lease-duration", value);
  return seconds;
}

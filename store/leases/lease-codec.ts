/** Leases as they lie in the store. */
import { Builder, ByteBuffer } from "flatbuffers";
import type { FencingNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import { Lease as LeaseTable, LeaseState } from "../../schemas/generated/lease_generated.js";
import { int64, uint32, uint64 } from "../building.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, enumValue, id, positiveId, text, time } from "../fields.js";
import type { LeaseRecord } from "./lease-record.js";

const IDENTIFIER = "SSLE";
const STATES: readonly LeaseRecord["state"][] = ["held", "released"];

/** @returns the whole object to store under `name` */
export function encodeLease(name: string, lease: LeaseRecord): Uint8Array {
  const { share, owner } = lease;
  const builder = new Builder(512);
  const root = LeaseTable.createLease(
    builder,
    FORMAT_VERSION,
    builder.createString(share.tenant),
    builder.createString(share.share),
    uint64(lease.number),
    lease.state === "held" ? LeaseState.Held : LeaseState.Released,
    builder.createString(lease.token),
    uint64(lease.beat),
    uint64(lease.expiryMs),
    builder.createString(owner.host),
    uint32(owner.pid),
    builder.createString(owner.started),
    builder.createString(owner.boot),
    int64(lease.since),
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("lease", name, builder.asUint8Array());
}

/** @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` */
export function decodeLease(name: string, share: ShareName, number: FencingNumber, object: Uint8Array): LeaseRecord {
  const payload = decodeEnvelope("lease", name, object);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = LeaseTable.getRootAsLease(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share || table.number() !== BigInt(number)) {
      throw damaged(name, `is lease ${table.number()} of ${tenant}/${shareText}`);
    }
    return {
      share,
      number,
      state: enumValue(STATES, table.state(), "the state"),
      token: text("the token", (encoding) => table.token(encoding)),
      beat: id(table.beat(), "the heartbeat"),
      expiryMs: positiveId(table.expiryMs(), "the expiry"),
      owner: {
        host: text("the host", (encoding) => table.host(encoding)),
        pid: table.pid(),
        started: text("the start of the process", (encoding) => table.started(encoding)),
        boot: text("the boot", (encoding) => table.boot(encoding)),
      },
      since: time(table.sinceNs()),
    };
  });
}

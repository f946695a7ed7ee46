/** share.fb: that a share exists in this store, and how everything else of it is written. */
import { Builder, ByteBuffer } from "flatbuffers";
import type { ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";
import { Share } from "../../schemas/generated/share_generated.js";
import { int64, uint32 } from "../building.js";
import { damaged, FORMAT_VERSION, openEnvelope, sealEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, enumValue, text, time } from "../fields.js";
import { DEDUP_SCOPES, settingsProblem, type ShareSettings } from "./share-settings.js";

const IDENTIFIER = "SSSH";

export interface ShareRecord {
  readonly share: ShareName;
  readonly createdAt: TimeNs;
  readonly settings: ShareSettings;
}

/** @returns the whole object to store under `name` */
export function encodeShare(name: string, { share, createdAt, settings }: ShareRecord): Uint8Array {
  const builder = new Builder(256);
  const root = Share.createShare(
    builder,
    FORMAT_VERSION,
    builder.createString(share.tenant),
    builder.createString(share.share),
    int64(createdAt),
    uint32(settings.smallFileThresholdBytes),
    uint32(settings.chunkMinBytes),
    uint32(settings.chunkAverageBytes),
    uint32(settings.chunkMaxBytes),
    settings.compressionLevel,
    DEDUP_SCOPES.indexOf(settings.dedupScope),
  );
  builder.finish(root, IDENTIFIER);
  return sealEnvelope("share", name, builder.asUint8Array());
}

/** @throws DamagedError; SharestrataError `NEWER_FORMAT` */
export function decodeShare(name: string, share: ShareName, object: Uint8Array): ShareRecord {
  const payload = openEnvelope("share", name, object);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = Share.getRootAsShare(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share) {
      throw damaged(name, `belongs to the share ${tenant}/${shareText}`);
    }
    const settings: ShareSettings = {
      smallFileThresholdBytes: table.smallFileThreshold(),
      chunkMinBytes: table.chunkMin(),
      chunkAverageBytes: table.chunkAverage(),
      chunkMaxBytes: table.chunkMax(),
      compressionLevel: table.compressionLevel(),
      dedupScope: enumValue(DEDUP_SCOPES, table.dedupScope(), "the scope of deduplication"),
    };
    const problem = settingsProblem(settings);
    if (problem !== undefined) throw damaged(name, `holds settings that are not allowed: ${problem}`);
    return { share, createdAt: time(table.createdNs()), settings };
  });
}

/** share.fb: that a share exists in this store, and how everything else of it is written. */
import { Builder, ByteBuffer } from "flatbuffers";
import type { ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";
import { Encryption, Share } from "../../schemas/generated/share_generated.js";
import { addBytes, int64, uint32 } from "../building.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, enumValue, sha256Field, text, time } from "../fields.js";
import { DEDUP_SCOPES, settingsProblem, type ShareSettings } from "./share-settings.js";

const IDENTIFIER = "SSSH";
const ENCRYPTIONS = ["none", "aes-256-gcm"] as const;

export interface ShareRecord {
  readonly share: ShareName;
  readonly createdAt: TimeNs;
  readonly settings: ShareSettings;
  /** What tells the share's key from any other (store/crypto/aes-sealing.ts); undefined where it is not encrypted. */
  readonly keyCheck: Uint8Array | undefined;
}

/** @returns the whole object to store under `name` */
export function encodeShare(name: string, { share, createdAt, settings, keyCheck }: ShareRecord): Uint8Array {
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
    keyCheck === undefined ? Encryption.None : Encryption.Aes256Gcm,
    addBytes(builder, keyCheck),
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("share", name, builder.asUint8Array());
}

/** @throws DamagedError; SharestrataError `NEWER_FORMAT` */
export function decodeShare(name: string, share: ShareName, object: Uint8Array): ShareRecord {
  const payload = decodeEnvelope("share", name, object);
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
    const isEncrypted = enumValue(ENCRYPTIONS, table.encryption(), "the encryption") !== "none";
    const keyCheck = isEncrypted ? sha256Field("the check of the key", table.keyCheckArray()) : undefined;
    return { share, createdAt: time(table.createdNs()), settings, keyCheck };
  });
}

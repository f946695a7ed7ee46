/** Which ranges of a file have ever been written to, or differ from what they were in a share snapshot. */
import type { ShareFileClient } from "@azure/storage-file-share";
import type { ByteRanges } from "../../../core/byte-range.js";
import { AzureFailure } from "./failures.js";
import { RangeListReader } from "./range-list-reader.js";
import { requestRaw } from "./raw-request.js";
import { MalformedXml } from "./xml.js";

export interface RangeList {
  /** Never less than what was asked for; perhaps more, where it is very many. */
  readonly ranges: ByteRanges;
  /** Of the file as it is now; NaN where the answer does not say it. */
  readonly sizeBytes: number;
}

/**
 * What is outside of the ranges is zeros.
 * @throws AzureFailure `malformed`; what the SDK throws
 */
export function listRanges(file: ShareFileClient, abortSignal: AbortSignal): Promise<RangeList> {
  return list(file, "comp=rangelist", {}, abortSignal);
}

/**
 * @param snapshot id of the share snapshot; the file may have been renamed since
 * @throws AzureFailure `malformed`; what the SDK throws
 */
export function listChangedRanges(
  file: ShareFileClient,
  snapshot: string,
  abortSignal: AbortSignal,
): Promise<RangeList> {
  const query = `comp=rangelist&prevsharesnapshot=${encodeURIComponent(snapshot)}`;
  return list(file, query, { "x-ms-file-support-rename": "true" }, abortSignal);
}

async function list(
  file: ShareFileClient,
  query: string,
  own: Readonly<Record<string, string>>,
  abortSignal: AbortSignal,
): Promise<RangeList> {
  const { body, headers } = await requestRaw(file, query, own, abortSignal);
  const reader = new RangeListReader();
  try {
    for await (const bytes of body) reader.push(bytes as Buffer);
    return { ranges: reader.finish(), sizeBytes: Number(headers.get("x-ms-content-length") ?? Number.NaN) };
  } catch (error) {
    if (!(error instanceof MalformedXml)) throw error;
    throw new AzureFailure(`The answer cannot be understood: ${error.message}`, { kind: "malformed" });
  }
}

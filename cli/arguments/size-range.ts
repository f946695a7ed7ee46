/** Ranges of sizes as they are typed, in the manner of find(1), but exact: `+10M`, `-4k`, `100`, `+1M,-1G`. */
import { SharestrataError } from "../../core/errors.js";

/** In bytes, both ends included. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

const BOUND = /^([+-]?)(\d+)([kmgt]?)$/i;
const UNITS = ["", "k", "m", "g", "t"];

/**
 * @param text `+N` more than, `-N` less than, `N` exactly so many bytes; k, M, G and T are powers of 1024; a comma means
 * "and"
 * @throws SharestrataError `USAGE`
 */
export function parseSizeRange(text: string): SizeRange {
  const bounds = text.split(",").map((part) => parseBound(part, text));
  return {
    least: Math.max(...bounds.map(({ least }) => least)),
    most: Math.min(...bounds.map(({ most }) => most)),
  };
}

function parseBound(part: string, text: string): SizeRange {
  const [, sign, digits, unit = ""] = BOUND.exec(part) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toLowerCase());
  if (digits === undefined || !Number.isSafeInteger(bytes)) {
    throw new SharestrataError("USAGE", `"${text}" is no size: write 100, +10M, -4k or +1M,-1G (k, M, G, T).`);
  }
  if (sign === "+") return { least: bytes + 1, most: Number.POSITIVE_INFINITY };
  return sign === "-" ? { least: 0, most: bytes - 1 } : { least: bytes, most: bytes };
}

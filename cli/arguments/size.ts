/** A number of bytes as it is typed: `512M`, `2g`, `0`; k, M, G and T are powers of 1024. */
import { SharestrataError } from "../../core/errors.js";

const SIZE = /^(\d+)([kmgt]?)$/i;
const UNITS = ["", "k", "m", "g", "t"];

/** @param option for messages, without dashes @throws SharestrataError `USAGE` */
export function parseSize(option: string, text: string): number {
  const [, digits, unit = ""] = SIZE.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toLowerCase());
  if (digits !== undefined && Number.isSafeInteger(bytes)) return bytes;
  throw new SharestrataError("USAGE", `--${option}: "${text}" is no size: write one such as 64M or 5G (k, M, G, T).`);
}

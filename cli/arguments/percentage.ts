/** A share of something, as it is typed: `5%`, `0.5%`, `100`. */
import { SharestrataError } from "../../core/errors.js";

/**
 * @returns millionths, 1 … 1 000 000
 * @throws SharestrataError `USAGE`
 */
export function parsePercentage(option: string, text: string): number {
  const digits = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text)?.[1];
  const millionths = Math.round(Number(digits) * 10_000);
  if (digits !== undefined && millionths >= 1 && millionths <= 1_000_000) return millionths;
  throw new SharestrataError("USAGE", `--${option}: "${text}" is not a percentage: write one such as 5%, up to 100%.`);
}

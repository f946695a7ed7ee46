/** Tells which files were passed over, one line each, on stderr. */
import type { PassedOver } from "../../core/snapshot.js";
import { formatCount, printable } from "./format.js";
import type { Output } from "./output.js";

/** More than this and nobody reads them; JSON answers have them all. */
const SHOWN = 100;

/** @param errors how many there were; `passedOver` may name fewer */
export function tellPassedOver(output: Output, passedOver: readonly PassedOver[], errors: number): void {
  if (output.json) return;
  for (const { path, code, message } of passedOver.slice(0, SHOWN)) {
    output.complain(`sharestrata: /${printable(path.join("/"))}: ${code}: ${printable(message)}`);
  }
  const rest = errors - Math.min(SHOWN, passedOver.length);
  if (rest > 0) output.complain(`sharestrata: … and ${formatCount(rest)} more; --json names them.`);
}

// The content headers that a SAS wants a read to be answered with, in place of those that the file has.
import type { OperationContext } from "../http/operation.js";

const parameters: readonly (readonly [parameter: string, header: string])[] = [
  ["rscc", "Cache-Control"],
  ["rscd", "Content-Disposition"],
  ["rsce", "Content-Encoding"],
  ["rscl", "Content-Language"],
  ["rsct", "Content-Type"],
];

/** By name; nothing for a request that no SAS of a share or file allows. */
export function overriddenHeaders({ request, authorization }: OperationContext): Record<string, string> {
  if (authorization.kind !== "sas" || !request.query.has("sr")) return {};
  const wanted: Record<string, string> = {};
  for (const [parameter, header] of parameters) {
    const value = request.query.get(parameter);
    if (value) wanted[header] = value;
  }
  return wanted;
}

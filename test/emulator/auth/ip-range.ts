// The `sip` field of a SAS: one IPv4 address or an inclusive range of them.

/** False when either side is not an IPv4 address. */
export function allowsAddress(range: string, address: string): boolean {
  const [first = "", last = first] = range.split("-");
  const from = toNumber(first);
  const to = toNumber(last);
  const here = toNumber(address);
  if (from === undefined || to === undefined || here === undefined) return false;
  return from <= here && here <= to;
}

function toNumber(address: string): number | undefined {
  const parts = address.trim().split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

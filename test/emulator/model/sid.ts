// Security identifiers in their three forms: `S-1-…` text, SDDL's two-letter aliases, and bytes
// (MS-DTYP 2.4.2). Aliases that are relative to a domain stand for one made-up domain here.

const domain = "S-1-5-21-2127521184-1604012920-1887927527";

const aliases: Readonly<Record<string, string>> = {
  AN: "S-1-5-7",
  AO: "S-1-5-32-548",
  AU: "S-1-5-11",
  AC: "S-1-15-2-1",
  BA: "S-1-5-32-544",
  BG: "S-1-5-32-546",
  BO: "S-1-5-32-551",
  BU: "S-1-5-32-545",
  CA: `${domain}-517`,
  CG: "S-1-3-1",
  CO: "S-1-3-0",
  DA: `${domain}-512`,
  DC: `${domain}-515`,
  DD: `${domain}-516`,
  DG: `${domain}-514`,
  DU: `${domain}-513`,
  EA: `${domain}-519`,
  ED: "S-1-5-9",
  HI: "S-1-16-12288",
  IU: "S-1-5-4",
  LA: `${domain}-500`,
  LG: `${domain}-501`,
  LS: "S-1-5-19",
  LW: "S-1-16-4096",
  ME: "S-1-16-8192",
  MP: "S-1-16-8448",
  NO: "S-1-5-32-556",
  NS: "S-1-5-20",
  NU: "S-1-5-2",
  OW: "S-1-3-4",
  PA: `${domain}-520`,
  PO: "S-1-5-32-550",
  PS: "S-1-5-10",
  PU: "S-1-5-32-547",
  RC: "S-1-5-12",
  RD: "S-1-5-32-555",
  RE: "S-1-5-32-552",
  RU: "S-1-5-32-554",
  SA: `${domain}-518`,
  SI: "S-1-16-16384",
  SO: "S-1-5-32-549",
  SU: "S-1-5-6",
  SY: "S-1-5-18",
  WD: "S-1-1-0",
  WR: "S-1-5-33",
};

const aliasOf = new Map(Object.entries(aliases).map(([alias, sid]) => [sid, alias]));

/** Bytes of an alias or of `S-1-…` text; undefined when it is neither. */
export function sidToBytes(text: string): Buffer | undefined {
  const sid = aliases[text.toUpperCase()] ?? text;
  const match = /^S-1-(\d{1,15}|0x[0-9a-f]{1,12})((?:-\d{1,10}){0,15})$/i.exec(sid);
  if (!match) return undefined;
  const parts = match[2]!.split("-").slice(1).map(Number);
  if (parts.some((part) => part > 0xffff_ffff)) return undefined;
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes[0] = 1;
  bytes[1] = parts.length;
  bytes.writeUIntBE(Number(match[1]), 2, 6);
  parts.forEach((part, index) => bytes.writeUInt32LE(part, 8 + index * 4));
  return bytes;
}

/** Text of the SID at `offset`, as an alias where one exists, with its length in bytes. */
export function sidAt(bytes: Buffer, offset: number): { text: string; length: number } | undefined {
  const count = bytes[offset + 1];
  if (bytes[offset] !== 1 || count === undefined || count > 15) return undefined;
  const length = 8 + count * 4;
  if (offset + length > bytes.length) return undefined;
  let sid = `S-1-${bytes.readUIntBE(offset + 2, 6)}`;
  for (let index = 0; index < count; index++) {
    sid += `-${bytes.readUInt32LE(offset + 8 + index * 4)}`;
  }
  return { text: aliasOf.get(sid) ?? sid, length };
}

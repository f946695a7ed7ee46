/** The answer of `config check --online`: a table of what can be done with each share, and below it why something cannot. */
import { ABILITIES, type AbilityVerdict } from "../../daemon/sources/probe.js";
import type { OnlineVerdict } from "../../daemon/shares/check-online.js";
import { printable } from "../output/format.js";
import type { Output } from "../output/output.js";
import { left, plainTable } from "../output/table.js";

const HEADS = { signIn: "sign-in", list: "list", read: "read", snapshot: "snapshot", restore: "restore" } as const;

export async function tellOnline(verdicts: readonly OnlineVerdict[], output: Output): Promise<void> {
  const columns = ["share", ...ABILITIES.map((ability) => HEADS[ability]), "store"].map(left);
  const rows = verdicts.map(({ share, abilities, store }) => [
    share,
    ...ABILITIES.map((ability) => abilities[ability]?.can ?? "-"),
    store.can,
  ]);
  await output.line(plainTable(columns, rows));
  for (const { share, abilities, store } of verdicts) {
    // What a refusal keeps from being asked has its sentence: once is enough.
    const told = new Set<string>();
    for (const [head, verdict] of [
      ...ABILITIES.map((ability) => [HEADS[ability], abilities[ability]] as const),
      ["store", store] as const,
    ]) {
      const message = verdict?.message;
      if (message === undefined || told.has(message)) continue;
      told.add(message);
      await output.line(`${share}: ${head}: ${printable(message)}`);
    }
  }
}

export function onlineDocument({ share, abilities, store, problem }: OnlineVerdict): unknown {
  const can = (verdict: AbilityVerdict | undefined) => verdict && { ...verdict };
  return {
    share,
    ok: problem === undefined,
    ...(problem && { problem }),
    abilities: { ...Object.fromEntries(ABILITIES.map((ability) => [ability, can(abilities[ability])])), store },
  };
}

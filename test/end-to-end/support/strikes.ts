/** Every command that writes, killed again and again, with all that has to hold after each kill. */
import { expect } from "vitest";
import { StruckShare } from "./struck-share.js";

export interface Strikes {
  readonly seed: number;
  readonly files: number;
  /** Of each command. */
  readonly kills: number;
  readonly rounds: number;
  /** Whether all files of all snapshots are read back after each kill; otherwise only at the end. */
  readonly readsBack: boolean;
}

export interface StrikeReport {
  readonly kills: number;
  readonly leftovers: number;
  readonly snapshots: number;
}

export async function strikeAll({ seed, files, kills, rounds, readsBack }: Strikes): Promise<StrikeReport> {
  await using share = await StruckShare.create(seed, files);
  for (let n = 0; n < kills; n++) await share.strike("SIGKILL", 350, ...share.initArguments());
  // Whichever was let through has done all of it; otherwise this one does.
  const again = await share.run(...share.initArguments());
  expect([0, 10], again.stderr).toContain(again.status);
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await share.edit(files / 10);
    await strikeBackup(share, kills, readsBack);
    await strikeRebuild(share, kills);
  }
  await share.expectNoLeftoversTomorrow();
  await share.expectIntact(true);
  return { kills: share.kills, leftovers: share.leftovers, snapshots: (await share.snapshots()).length };
}

async function strikeBackup(share: StruckShare, kills: number, readsBack: boolean): Promise<void> {
  const tookMs = await duration(share);
  for (let n = 0; n < kills; n++) {
    await share.strike("SIGKILL", tookMs, "backup", "acme/docs");
    await share.expectIntact(readsBack);
  }
  await share.backup();
  await share.expectComplete();
  await share.expectIntact(readsBack);
}

/** The catalog is made anew from the store by whoever needs it first. */
async function strikeRebuild(share: StruckShare, kills: number): Promise<void> {
  await share.forgetState();
  for (let n = 0; n < kills; n++) await share.strike("SIGKILL", 700, "ls", "acme/docs");
  await share.expectIntact(false);
}

/** About as long as a backup of it takes: long enough to be killed anywhere in it. */
async function duration(share: StruckShare): Promise<number> {
  return (await share.snapshots()).length === 0 ? 2500 : 1000;
}

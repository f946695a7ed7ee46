#!/usr/bin/env node
// Owns `npm run emulator`: setup, then the Azure Files emulator in the foreground, with the arguments it was given. Signals
// go to the emulator, and its exit status is ours.
import { inRoot, typescript } from "./lib/paths.mjs";
import { runShown } from "./lib/process.mjs";
import { giveUp, setup } from "./setup.mjs";

await setup().catch(giveUp);
process.exitCode = await runShown(process.execPath, [
  ...typescript,
  inRoot("test", "emulator", "main.ts"),
  ...process.argv.slice(2),
]);

#!/usr/bin/env -S node --max-semi-space-size=64
/**
 * `sharestrata`. The line above gives young objects room: a backup makes millions that live until their segment is
 * written, and with 16 MB for them a fifth of its time went into collecting garbage.
 */
import { isMountLine, runMountHelper } from "./mount-helper/run.js";
import { runProcess } from "./process.js";
import { run } from "./run.js";

await runProcess((argv, io) => (isMountLine(argv) ? runMountHelper(argv, io) : run(argv, io)));

#!/usr/bin/env -S PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin node
/**
 * `mount.fuse.sharestrata`, which mount(8) calls for `-t fuse.sharestrata` when it is in /sbin. mount(8) takes PATH away, and
 * Node may lie in /usr/local: hence the line above.
 */
import { runProcess } from "../process.js";
import { runMountHelper } from "./run.js";

await runProcess(runMountHelper);

#!/usr/bin/env node
// Owns `npm run clean`: removes what the scripts make, and leaves node_modules alone.
import { rmSync } from "node:fs";
import { inRoot } from "./lib/paths.mjs";

for (const folder of ["dist", ".tmp"]) rmSync(inRoot(folder), { recursive: true, force: true });

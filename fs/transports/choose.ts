/** Which transport a name stands for on this machine. */
import { endianness } from "node:os";
import { devFuse } from "./devfuse/devfuse.js";
import { fuseNative } from "./fuse-native/fuse-native.js";
import { mayMount } from "./fuse-access.js";
import { isRoot } from "./programs.js";
import type { TransportName } from "./transport-name.js";
import type { Transport } from "./transport.js";

export function chooseTransport(name: TransportName): Transport {
  if (name === "auto") return isRoot() && mayMount() && endianness() === "LE" ? devFuse : fuseNative;
  return name === "devfuse" ? devFuse : fuseNative;
}

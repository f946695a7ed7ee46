/** The transports there are, by the names people give. */
import { endianness } from "node:os";
import { devFuse } from "./devfuse/devfuse.js";
import { fuseNative } from "./fuse-native/fuse-native.js";
import { mayMount } from "./fuse-access.js";
import { isRoot } from "./programs.js";
import type { Transport } from "./transport.js";

/** `auto` is devfuse where this process may mount, else fuse-native. */
export const TRANSPORT_NAMES = ["auto", "devfuse", "fuse-native"] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

export function chooseTransport(name: TransportName): Transport {
  if (name === "auto") return isRoot() && mayMount() && endianness() === "LE" ? devFuse : fuseNative;
  return name === "devfuse" ? devFuse : fuseNative;
}

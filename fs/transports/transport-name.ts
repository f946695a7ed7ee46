/** The transports, by the names that people give. `auto` is devfuse where this process may mount, else fuse-native. */
export const TRANSPORT_NAMES = ["auto", "devfuse", "fuse-native"] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

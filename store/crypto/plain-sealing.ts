/** The sealing of a share that is not encrypted: objects lie as they are. */
import type { Sealing } from "./sealing.js";

export const PLAIN: Sealing = {
  isSealed: false,
  overheadBytes: 0,
  seal: (_name, plain) => plain,
  sealInto: (_name, plain, _bound, into) => into.set(plain),
  open: (_name, stored) => stored,
  reveal: () => undefined,
};

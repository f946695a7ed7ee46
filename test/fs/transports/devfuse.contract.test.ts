import { describePosixReadSide } from "../contract/posix-read-side.js";
import { mountInChild } from "../support/mounted.js";
import { EXAMPLE_SHARE, buildExample } from "../support/served-example.js";

describePosixReadSide("devfuse", async () => {
  const example = await buildExample({ big: true });
  const child = await mountInChild({
    folder: example.folder.path,
    mountPoint: example.mountPoint,
    shares: [EXAMPLE_SHARE],
    root: { kind: "share", share: EXAMPLE_SHARE },
    transport: "devfuse",
  }).catch(async (error: unknown) => {
    await example[Symbol.asyncDispose]();
    throw error;
  });
  return {
    shareRoot: child.mountPoint,
    snapshots: example.snapshots,
    exactTimes: true,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      await example[Symbol.asyncDispose]();
    },
  };
});

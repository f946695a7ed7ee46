import { describePosixReadSide } from "../contract/posix-read-side.js";
import { mountInChild } from "../support/mounted.js";
import { EXAMPLE_SHARE, buildExample } from "../support/served-example.js";

describePosixReadSide("fuse-native", async () => {
  const example = await buildExample({ big: true });
  const child = await mountInChild({
    folder: example.folder.path,
    mountPoint: example.mountPoint,
    shares: [EXAMPLE_SHARE],
    root: { kind: "share", share: EXAMPLE_SHARE },
  }).catch(async (error: unknown) => {
    await example[Symbol.asyncDispose]();
    throw error;
  });
  return {
    shareRoot: child.mountPoint,
    snapshots: example.snapshots,
    exactTimes: false,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      await example[Symbol.asyncDispose]();
    },
  };
});

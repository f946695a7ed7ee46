import { describe, expect, it } from "vitest";
import type { TimeNs } from "../../../core/time.js";
import type { Attributes } from "../../../fs/attributes.js";
import { encodeFigures, encodeStat, join64 } from "../../../fs/transports/fuse-native/encode.js";

const attributes: Attributes = {
  kind: "file",
  mode: 0o640,
  uid: 4_294_967_294,
  gid: 7,
  sizeBytes: 2 ** 45 + 5,
  blocks: 2 ** 36 + 1,
  linkCount: 1,
  mtimeNs: 1_700_000_000_123_456_700n as TimeNs,
  ctimeNs: -1n as TimeNs,
  atimeNs: 0n as TimeNs,
};

describe("encoding for fuse-native", () => {
  it("carries sizes over 32 bits, large ids and times to the millisecond", () => {
    const words = encodeStat(attributes);
    const pair = (index: number): number => join64(words[index] ?? 0, words[index + 1] ?? 0);
    expect(words[0]).toBe(0o100640);
    expect(words[1]).toBe(4_294_967_294);
    expect(pair(3)).toBe(2 ** 45 + 5);
    expect(pair(10)).toBe(2 ** 36 + 1);
    expect(pair(14)).toBe(1_700_000_000_123);
  });

  it("shows times before 1970 as 1970, which is all there is", () => {
    expect([...encodeStat(attributes).subarray(16)]).toEqual([0, 0]);
  });

  it("gives no inode number, since 32 bits could make two things look the same", () => {
    expect(encodeStat(attributes)[7]).toBe(0);
  });

  it("makes blocks larger when there are too many of them", () => {
    const words = encodeFigures({ bytes: 2 ** 50, nodes: 2 ** 40, nameMaxBytes: 765 });
    expect((words[0] ?? 0) * (words[2] ?? 0)).toBe(2 ** 50);
    expect(words[5]).toBe(2 ** 32 - 1);
  });
});

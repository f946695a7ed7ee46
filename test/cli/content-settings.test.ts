import { expect, it } from "vitest";
import { parseContentSettings } from "../../cli/arguments/content-settings.js";
import { SharestrataError } from "../../core/errors.js";

it("takes level, threshold and sizes of chunks, and leaves out what nobody said", () => {
  expect(parseContentSettings({})).toEqual({});
  expect(parseContentSettings({ compression: "9" })).toEqual({ compressionLevel: 9 });
  expect(parseContentSettings({ smallFileThreshold: "256k", chunkSizes: "64k,1M,4m" })).toEqual({
    smallFileThresholdBytes: 256 * 1024,
    chunkMinBytes: 64 * 1024,
    chunkAverageBytes: 1024 * 1024,
    chunkMaxBytes: 4 * 1024 * 1024,
  });
});

it.each([
  [{ compression: "fast" }, '"fast" is no compression level: write a number from 1 (fast) to 19 (small).'],
  [{ compression: "0" }, "The share cannot be set up like this: the compression level lies between 1 and 19."],
  [{ smallFileThreshold: "1G" }, '"1G" is no size: write a number of bytes, or one with k or M behind it.'],
  [
    { chunkSizes: "1M,2M" },
    '"1M,2M" does not say three sizes of chunks: write the least, average and largest, as 512k,2M,8M.',
  ],
  [
    { chunkSizes: "4M,2M,8M" },
    "The share cannot be set up like this: the least, average and largest size of a chunk are in this order.",
  ],
  [{ chunkSizes: "1M,2M,128M" }, "The share cannot be set up like this: chunks have at most 64 MiB."],
])("refuses %j with one sentence", (options, message) => {
  let thrown: unknown;
  try {
    parseContentSettings(options);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SharestrataError);
  expect(thrown).toMatchObject({ code: "USAGE", message });
});

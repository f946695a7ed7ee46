import { expect, it } from "vitest";
import { parseCacheSettings } from "../../cli/arguments/cache-settings.js";
import { SharestrataError } from "../../core/errors.js";

it("takes sizes and a folder, and leaves out what nobody said", () => {
  expect(parseCacheSettings({}, "/home/me")).toEqual({ memoryBytes: undefined });
  expect(parseCacheSettings({ cacheSize: "0" }, "/home/me")).toEqual({ memoryBytes: 0 });
  expect(parseCacheSettings({ cacheSize: "64m", cacheDir: "cache" }, "/home/me")).toEqual({
    memoryBytes: 64 * 1024 ** 2,
    disk: { folder: "/home/me/cache", maxBytes: 5 * 1024 ** 3 },
  });
  expect(parseCacheSettings({ cacheDir: "/var/cache/s", cacheDiskSize: "20G" }, "/home/me").disk).toEqual({
    folder: "/var/cache/s",
    maxBytes: 20 * 1024 ** 3,
  });
});

it.each([
  [{ cacheSize: "much" }, '--cache-size: "much" is no size: write one such as 64M or 5G (k, M, G, T).'],
  [{ cacheSize: "-1" }, '--cache-size: "-1" is no size: write one such as 64M or 5G (k, M, G, T).'],
  [{ cacheSize: "5G" }, '--cache-size: "5G" is too much: at most 4G of memory can be used.'],
  [
    { cacheDir: "x", cacheDiskSize: "1.5G" },
    '--cache-disk-size: "1.5G" is no size: write one such as 64M or 5G (k, M, G, T).',
  ],
  [{ cacheDiskSize: "1G" }, "--cache-disk-size says how large --cache-dir may become: name that as well."],
])("refuses %j with one sentence", (options, message) => {
  let thrown: unknown;
  try {
    parseCacheSettings(options, "/");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SharestrataError);
  expect(thrown).toMatchObject({ code: "USAGE", message });
});

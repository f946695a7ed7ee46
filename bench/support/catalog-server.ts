/**
 * A program that mounts a generated catalog before an empty store: names, sizes and times are there, contents are not. For measuring
 * what walking costs. Usage: node catalog-server.js FOLDER DIR TRANSPORT, with the catalog in FOLDER/catalog
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { systemClock } from "../../core/clock.js";
import type { Logger } from "../../core/logger.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mount } from "../../fs/mount.js";
import { mountedShare } from "../../fs/mounted-share.js";
import { TRANSPORT_NAMES } from "../../fs/transports/transport-name.js";
import { openObjectStore } from "../../store/open-store.js";
import { ShareStore } from "../../store/share-store.js";

const [folder = "", mountPoint = "", wanted] = process.argv.slice(2);
const transport = TRANSPORT_NAMES.find((name) => name === wanted);
const name = { tenant: "bench", share: "generated" };
const logger: Logger = { debug() {}, info() {}, warn: console.error, error: console.error };

const objects = await openObjectStore(pathToFileURL(join(folder, "store")).href, { create: true });
const store = await ShareStore.open(objects, name).catch(() =>
  ShareStore.create(objects, name, {}, { clock: systemClock }),
);
const cache = new BlobCache();
const mounted = await mount({
  mountPoint,
  root: { kind: "share", share: name },
  transport,
  clock: systemClock,
  logger,
  directory: {
    list: () => [name],
    open: () => {
      const catalog = openCatalogReader(join(folder, "catalog"));
      return Promise.resolve(mountedShare({ catalog, store, cache, close: () => catalog[Symbol.asyncDispose]() }));
    },
  },
});
await mounted.done;
await objects[Symbol.asyncDispose]();

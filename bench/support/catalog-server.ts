/**
 * A program that mounts a generated catalog without a store: names, sizes and times are there, contents are not. For measuring what
 * walking costs. Usage: node catalog-server.js CATALOG-FOLDER DIR TRANSPORT
 */
import { openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { systemClock } from "../../core/clock.js";
import { DamagedError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { mount } from "../../fs/mount.js";
import { TRANSPORT_NAMES } from "../../fs/transports/choose.js";

const [folder = "", mountPoint = "", wanted] = process.argv.slice(2);
const transport = TRANSPORT_NAMES.find((name) => name === wanted);
const name = { tenant: "bench", share: "ten" };
const logger: Logger = { debug() {}, info() {}, warn: console.error, error: console.error };
const nothing = (): never => {
  throw new DamagedError("There is no store.", { where: folder });
};

const mounted = await mount({
  mountPoint,
  root: { kind: "share", share: name },
  transport,
  clock: systemClock,
  logger,
  directory: {
    list: () => [name],
    open: () => {
      const catalog = openCatalogReader(folder);
      const metadata = { metadataOf: nothing, putOf: nothing };
      const content = { read: nothing };
      return Promise.resolve({
        name,
        catalog,
        content,
        metadata,
        [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose](),
      });
    },
  },
});
await mounted.done;

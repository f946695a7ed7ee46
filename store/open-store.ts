/** Which backend a store's URI means. Each is loaded when it is needed, because some bring a cloud SDK along. */
import { fileURLToPath } from "node:url";
import { SharestrataError } from "../core/errors.js";
import type { IoOptions, ObjectStore } from "./object-store.js";

export interface OpenStoreOptions extends IoOptions {
  /** Make the folder or container when it is missing. Default: false. */
  readonly create?: boolean | undefined;
}

interface Backend {
  /** For messages. */
  readonly example: string;
  open(uri: URL, options: OpenStoreOptions): Promise<ObjectStore>;
}

/** By scheme. */
const BACKENDS: ReadonlyMap<string, Backend> = new Map([
  [
    "file:",
    {
      example: "file:///srv/backup",
      async open(uri: URL, options: OpenStoreOptions) {
        const { LocalStore } = await import("./backends/local-store.js");
        return LocalStore.open(localPath(uri), options);
      },
    },
  ],
]);

/**
 * @throws SharestrataError `USAGE` for a URI that cannot be understood, `STORE_UNINITIALISED` when nothing is there
 * and nothing is to be created; StoreError
 */
export async function openObjectStore(uri: string, options: OpenStoreOptions = {}): Promise<ObjectStore> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const backend = url && BACKENDS.get(url.protocol);
  if (url === undefined || backend === undefined) {
    // A URI that is not understood is not repeated beyond its scheme: there may be a secret in it.
    const given =
      url === undefined ? "The store's URI cannot be understood" : `No store is known for ${url.protocol}//`;
    const known = [...BACKENDS.values()].map(({ example }) => example).join(", ");
    throw new SharestrataError("USAGE", `${given}: write one such as ${known}.`);
  }
  return backend.open(url, options);
}

function localPath(uri: URL): string {
  try {
    if (uri.host !== "" || uri.search !== "" || uri.hash !== "") throw new TypeError("more than a path");
    return fileURLToPath(uri);
  } catch (error) {
    throw new SharestrataError(
      "USAGE",
      `"${uri.href}" is not the URI of a folder: write three slashes and an absolute path, such as file:///srv/backup.`,
      {},
      error,
    );
  }
}

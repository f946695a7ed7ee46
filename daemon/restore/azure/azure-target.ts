/** A share in Azure Files, or a folder of one, that files are put back into. */
import { systemClock } from "../../../core/clock.js";
import { SharestrataError } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { ShareProperties } from "../../../core/share-properties.js";
import { parseTime } from "../../../core/time.js";
import {
  type AzureTarget as AzureAddress,
  endpointOf,
  expectTls,
  formatAzureUrl,
} from "../../sources/azure/azure-url.js";
import { connect } from "../../sources/azure/connection.js";
import { type AzureCredentials, expiryOf, resolveCredentials } from "../../sources/azure/credentials.js";
import { AzureFailure } from "../../sources/azure/failures.js";
import { OPENING, retrying, type RetryPolicy, RUNNING } from "../../sources/azure/retry.js";
import { type Timing, realTiming } from "../../sources/azure/timing.js";
import { runPatience } from "../../sources/azure/run-patience.js";
import type { ServiceStatus } from "../../sources/service-status.js";
import type { ErrorContext } from "../../sources/azure/source-errors.js";
import type { RestoreRun, RestoreTarget, TargetFolder } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { AzureFolder, type AzureTools } from "./azure-folder.js";
import { createShare, protocolLike, protocolOf } from "./create-share.js";
import { azureNameKey, azureNameProblem, type ShareProtocol } from "./names.js";
import { PermissionKeys } from "./permission-keys.js";
import { timeText } from "./properties.js";
import { shareFailure } from "./target-errors.js";
import { TargetRequests } from "./target-requests.js";
import { UNFINISHED_NS } from "./unfinished.js";

export interface AzureTargetOptions {
  readonly address: AzureAddress;
  /** Instead of the public cloud's. */
  readonly endpoint?: string | undefined;
  readonly credentials: AzureCredentials;
  /** Whether it is the share that was backed up, so that permission keys may mean the same. */
  readonly isSource: boolean;
  /** Makes the share when it is missing, as another one was. Default: a missing share is an error. */
  readonly create?: { readonly like: ShareProperties | undefined } | undefined;
  readonly logger: Logger;
  /** Told how the service takes what a run asks of it. */
  readonly status?: ServiceStatus | undefined;
  readonly timing?: Timing | undefined;
  readonly openingRetry?: RetryPolicy | undefined;
  readonly runningRetry?: RetryPolicy | undefined;
}

export class AzureFilesTarget implements RestoreTarget {
  readonly name: string;
  readonly #options: AzureTargetOptions;
  #protocol: ShareProtocol = "smb";
  #tools: AzureTools | undefined;

  /** @throws SharestrataError `CONFIG_INVALID`, `USAGE` when credentials or endpoint cannot be right */
  constructor(options: AzureTargetOptions) {
    this.name = formatAzureUrl(options.address);
    this.#options = options;
    this.#resolved();
  }

  get hasLinks(): boolean {
    return this.#protocol === "nfs";
  }

  problemOf(_wanted: WantedNode, path: readonly string[]): string | undefined {
    return azureNameProblem([...this.#options.address.folder, ...path], this.#protocol);
  }

  keyOf(name: string): string {
    return azureNameKey(name, this.#protocol);
  }

  async linkIdAt(path: readonly string[]): Promise<string | undefined> {
    const tools = this.#tools;
    if (!tools) return undefined;
    const file = tools.share.rootDirectoryClient.getFileClient([...tools.folder, ...path].join("/"));
    return tools.requests.make(path, async (abortSignal) => {
      const { headers } = (await file.getProperties({ abortSignal }))._response;
      return Number(headers.get("x-ms-link-count")) > 1 ? headers.get("x-ms-file-id") : undefined;
    });
  }

  async open(make: boolean, { signal, onLacking }: RestoreRun): Promise<TargetFolder | undefined> {
    const {
      address,
      isSource,
      create,
      logger,
      status,
      timing = realTiming,
      openingRetry = OPENING,
      runningRetry = RUNNING,
    } = this.#options;
    const { signIn, endpoint } = this.#resolved();
    const { share } = await connect(address, endpoint, signIn);
    const errors: ErrorContext = {
      target: address,
      endpoint,
      signIn: signIn.kind,
      get expiresAt() {
        return expiryOf(signIn);
      },
      now: () => systemClock.now(),
    };
    const opening = async <T>(work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
      try {
        return await retrying(work, { policy: openingRetry, timing, signal });
      } catch (error) {
        throw error instanceof AzureFailure ? shareFailure(errors, error) : error;
      }
    };
    const protocol = await opening((abortSignal) => protocolOf(share, create !== undefined, abortSignal));
    this.#protocol = protocol ?? protocolLike(create?.like);
    if (!protocol) {
      if (!make) return undefined;
      await opening((abortSignal) => createShare(share, create?.like, abortSignal));
    }
    const directory = share.getDirectoryClient("");
    const patience = runPatience({ policy: runningRetry, timing, logger, directory, status });
    const requests = new TargetRequests({ errors, policy: runningRetry, timing, patience, logger, signal });
    const tools: AzureTools = {
      share,
      folder: address.folder,
      protocol: this.#protocol,
      requests,
      keys: new PermissionKeys({ share, requests, isSource, onLacking }),
      isSource,
    };
    this.#tools = tools;
    const state = await opening((abortSignal) => enterFolder(tools, make, abortSignal));
    if (state === "other") {
      throw new SharestrataError("FAILED", `Nothing can be put back into ${this.name}: it is not a folder.`);
    }
    return state === "missing" ? undefined : new AzureFolder(tools, [], state !== "there", state === "made");
  }

  #resolved() {
    const { address, credentials, endpoint } = this.#options;
    const resolved = resolveCredentials(credentials, address.account);
    const place = endpointOf(address.account, endpoint ?? resolved.endpoint);
    if (resolved.signIn.kind === "entra") expectTls(place);
    return { signIn: resolved.signIn, endpoint: place };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** The target's own folder, with those above it where they are to be made. */
async function enterFolder(
  { share, folder }: AzureTools,
  make: boolean,
  abortSignal: AbortSignal,
): Promise<"there" | "unfinished" | "made" | "missing" | "other"> {
  try {
    const { headers } = (await share.getDirectoryClient(folder.join("/")).getProperties({ abortSignal }))._response;
    return parseTime(headers.get("x-ms-file-creation-time") ?? "") === UNFINISHED_NS ? "unfinished" : "there";
  } catch (error) {
    const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
    if (code === "ResourceTypeMismatch") return "other";
    if (folder.length === 0 || statusCode !== 404 || code === "ShareNotFound") throw error;
  }
  if (!make) return "missing";
  for (const depth of folder.keys()) {
    const directory = share.getDirectoryClient(folder.slice(0, depth + 1).join("/"));
    const isOwn = depth === folder.length - 1;
    await directory.createIfNotExists({ ...(isOwn && { creationTime: timeText(UNFINISHED_NS) }), abortSignal });
  }
  return "made";
}

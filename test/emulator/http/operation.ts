// What an operation is: a name that tests count by, what a SAS must grant for it, and what it does.
import type { FileService } from "../model/file-service.js";
import type { Share } from "../model/share.js";
import { parseResourcePath, type ResourcePath } from "../model/resource-path.js";
import { invalidHeader, StorageError } from "../errors.js";
import type { Authorization } from "../auth/authorization.js";
import type { Address } from "./address.js";
import { defaultVersion, versionOf } from "./service-version.js";
import type { StorageRequest } from "./storage-request.js";
import type { StorageResponse } from "./storage-response.js";

/** What a shared access signature must grant. */
export interface SasNeed {
  /** The `srt` letter of an account SAS: service, container (share) or object. */
  readonly resourceType: "s" | "c" | "o";
  /** Any one of these `sp` letters is enough. */
  readonly permissions: string;
  /** Whether a SAS for a share, or for a file, can grant it at all. */
  readonly serviceSas: "none" | "share" | "file";
}

export interface Operation {
  /** As the service's documentation calls it, such as `List Directory`. */
  readonly name: string;
  readonly need: SasNeed;
  /** Whether a bearer token alone can ask for it, no key and no SAS. */
  readonly tokenOnly?: true;
  /** Whether it can be asked of a share snapshot; `ignored` where naming one makes no difference. */
  readonly onSnapshot: boolean | "ignored";
  run(context: OperationContext): StorageResponse | Promise<StorageResponse>;
}

/** Everything the emulator knows about accounts, for operations that reach into another one. */
export interface Accounts {
  service(account: string): FileService | undefined;
  /** What user-delegation keys of an account are made with, base64. */
  delegationSecret(account: string): string;
  /**
   * Throws like a request would when a copy source cannot be read: by the SAS in its URL, or, where there is none, by
   * `authorization`, which is `Bearer` and a token.
   */
  verifySource(
    address: Address & { readonly share: string },
    query: ReadonlyMap<string, string>,
    authorization: string | undefined,
  ): void;
}

const guid = /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

export class OperationContext {
  constructor(
    readonly request: StorageRequest,
    readonly service: FileService,
    readonly authorization: Authorization,
    readonly accounts: Accounts,
  ) {}

  /** The addressed share. Throws ShareNotFound. */
  get share(): Share {
    return this.service.share(this.request.address.share ?? "");
  }

  /** The version of the service that the request is for; versions sort as text. */
  get version(): string {
    return versionOf(this.request) ?? defaultVersion;
  }

  get snapshotId(): string | undefined {
    return this.request.query.get("sharesnapshot") || undefined;
  }

  /** The addressed path, checked. Throws InvalidResourceName. */
  get path(): ResourcePath {
    return this.parsePath(this.request.address.path, "x-ms-allow-trailing-dot");
  }

  /** A path in the addressed share; the header says whether trailing dots stay. */
  parsePath(text: string, header: string, share = this.share): ResourcePath {
    return parseResourcePath(text, {
      protocol: share.record.protocol,
      keepTrailingDots: this.request.flag(header),
    });
  }

  get leaseId(): string | undefined {
    return this.leaseHeader("x-ms-lease-id");
  }

  /** A lease's id in a header. Throws InvalidHeaderValue for text that is no GUID. */
  leaseHeader(name: string): string | undefined {
    const id = this.request.header(name);
    if (id !== undefined && !guid.test(id)) throw invalidHeader(name, id);
    return id;
  }

  get nowMs(): number {
    return this.service.clock();
  }

  /** Throws on a share that is not NFS: links and their like exist there only. */
  requireNfs(): void {
    if (this.share.record.protocol !== "NFS") throw new StorageError("UnsupportedQueryParameter");
  }
}

// The listening server: takes each request through routing, faults, authentication, its operation and
// back out, and counts it. What an operation does is not known here.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { authenticate, type Trust } from "../auth/authenticator.js";
import { describeCode, StorageError } from "../errors.js";
import type { FileService } from "../model/file-service.js";
import { findOperation } from "../operations/routes.js";
import { type CommonHeaders, errorAnswer, errorResponse, sendAnswer } from "./answer.js";
import { corsHeaders, preflight } from "./cors.js";
import type { Fault, Faults } from "./faults.js";
import { type Accounts, type Operation, OperationContext } from "./operation.js";
import { checkRequest } from "./request-checks.js";
import type { RequestRecorder } from "./request-recorder.js";
import { defaultVersion, versionOf } from "./service-version.js";
import { StorageRequest } from "./storage-request.js";
import type { StorageResponse } from "./storage-response.js";

/** What the server needs to know about the emulator it fronts. */
export interface HttpHost extends Accounts {
  readonly faults: Faults;
  readonly requests: RequestRecorder;
  readonly clock: () => number;
  trust(service: FileService): Trust;
  /** Absent where several accounts are served. */
  readonly onlyAccount?: string;
  /** Makes everything that was changed durable; called before each answer. */
  commit(): void;
}

/** A certificate and its key, as PEM. */
export interface TlsOptions {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** A security descriptor header may be 8 KiB, and metadata as much again. */
const maxHeaderBytes = 65_536;

export class HttpServer {
  readonly #server: Server;

  /** Serves over TLS, and nothing else, when given a certificate. */
  constructor(
    private readonly host: HttpHost,
    tls: TlsOptions | undefined,
  ) {
    const listener = (message: IncomingMessage, response: ServerResponse): void => {
      this.#serve(message, response).catch((error: unknown) => {
        // The answer itself failed, most often because the client has gone: nothing is left to say.
        response.destroy(error instanceof Error ? error : undefined);
      });
    };
    const options = { maxHeaderSize: maxHeaderBytes };
    this.#server = tls ? createTlsServer({ ...options, ...tls }, listener) : createServer(options, listener);
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens, and gives the port. */
  async listen(port: number, hostname: string): Promise<number> {
    this.#server.listen(port, hostname);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and drops every connection, stalled ones too. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const common = this.#common(message);
    let request: StorageRequest;
    try {
      const { onlyAccount } = this.host;
      request = new StorageRequest(message, (name) => this.host.service(name) !== undefined, onlyAccount);
    } catch (error) {
      const answer = errorResponse(toStorageError(error), common);
      await sendAnswer(response, answer, common, { headOnly: message.method === "HEAD" });
      return;
    }
    const identified = { ...common, requestId: request.id, version: versionOf(request) ?? defaultVersion };
    const route = findRoute(request);
    const unknown = request.method === "OPTIONS" ? "Preflight File Request" : "Unknown";
    const name = route instanceof StorageError ? unknown : route.name;
    const fault = this.host.faults.take(request, name);
    const status = await this.#answer(request, route, response, identified, fault);
    if (!message.complete) message.resume();
    const { account, share, path } = request.address;
    this.host.requests.record({
      operation: name,
      account,
      ...(share !== undefined && { share }),
      path,
      bytesIn: Number(request.header("content-length") ?? 0),
      ...status,
    });
  }

  async #answer(
    request: StorageRequest,
    route: Operation | StorageError,
    response: ServerResponse,
    common: CommonHeaders,
    fault: Fault | undefined,
  ): Promise<{ status: number; bytesOut: number }> {
    if (fault?.kind === "cut" && fault.afterBytes === undefined) {
      response.socket?.resetAndDestroy();
      return { status: 0, bytesOut: 0 };
    }
    if (fault?.kind === "stall" && fault.afterBytes === undefined) {
      if (!response.destroyed) await once(response, "close");
      return { status: 0, bytesOut: 0 };
    }
    if (fault?.kind === "held") await fault.until;
    if (fault?.kind === "meanwhile") await fault.before?.();
    const plain = fault?.kind === "status" ? faultAnswer(fault, common) : await this.#run(request, route, common);
    const rules = this.host.service(request.address.account)?.properties.cors ?? [];
    const answer = { ...plain, headers: { ...corsHeaders(request, rules), ...plain.headers } };
    if (fault?.kind === "meanwhile") await fault.after?.();
    this.host.commit();
    if (fault?.kind === "lost-answer") {
      response.socket?.resetAndDestroy();
      return { status: 0, bytesOut: 0 };
    }
    const headOnly = request.method === "HEAD";
    const bytesOut = await sendAnswer(response, answer, common, { headOnly, fault });
    return { status: answer.status, bytesOut };
  }

  async #run(
    request: StorageRequest,
    route: Operation | StorageError,
    common: CommonHeaders,
  ): Promise<StorageResponse> {
    try {
      const service = this.#service(request);
      if (request.method === "OPTIONS") return preflight(request, service.properties.cors);
      const operation = route instanceof StorageError ? undefined : route;
      const authorization = authenticate(request, this.host.trust(service), operation);
      if (!operation) throw route as StorageError;
      checkRequest(request, operation, Date.now());
      const context = new OperationContext(request, service, authorization, this.host);
      if (request.address.share !== undefined && operation.name !== "Create Share") {
        checkShare(context, operation);
      }
      return await operation.run(context);
    } catch (error) {
      return errorResponse(toStorageError(error), common);
    }
  }

  #service(request: StorageRequest): FileService {
    const service = this.host.service(request.address.account);
    if (!service) throw new StorageError("ResourceNotFound");
    return service;
  }

  #common(message: IncomingMessage): CommonHeaders {
    const clientRequestId = message.headers["x-ms-client-request-id"];
    const version = message.headers["x-ms-version"];
    return {
      requestId: randomUUID(),
      version: typeof version === "string" ? version : defaultVersion,
      ...(typeof clientRequestId === "string" && { clientRequestId }),
      nowMs: this.host.clock(),
    };
  }
}

function findRoute(request: StorageRequest): Operation | StorageError {
  try {
    return findOperation(request);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

/** Where a share may be missing, or on its way out. */
const lookThemselves = ["Restore Share", "Delete Share"];

/** A missing share is reported before anything about the path. */
function checkShare(context: OperationContext, operation: Operation): void {
  if (lookThemselves.includes(operation.name) || operation.onSnapshot === "ignored") return;
  const { share, snapshotId } = context;
  if (snapshotId !== undefined) share.snapshot(snapshotId);
}

function faultAnswer(fault: Extract<Fault, { kind: "status" }>, common: CommonHeaders): StorageResponse {
  const code = fault.code ?? (fault.status === 503 ? "ServerBusy" : "InternalError");
  const message = describeCode(code)?.message ?? "The emulator was told to fail this request.";
  const headers: Record<string, string> =
    fault.retryAfterSeconds === undefined ? {} : { "Retry-After": String(fault.retryAfterSeconds) };
  return errorAnswer({ status: fault.status, code, message, headers }, common);
}

function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new StorageError("InternalError", { EmulatorDetail: detail });
}

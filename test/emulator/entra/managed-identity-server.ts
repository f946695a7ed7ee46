// The endpoint of a machine in Azure that gives out tokens of its managed identities: that of a virtual machine (IMDS) and
// that of an App Service, on one port. Plain HTTP, as there.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { storageAudience, type Application, type Tenant } from "./tenant.js";

export interface MachineIdentities {
  readonly system?: Application | undefined;
  readonly userAssigned?: readonly Application[];
}

export class ManagedIdentityServer implements AsyncDisposable {
  /** Tokens asked for. */
  tokenRequests = 0;
  /** Statuses the next requests get instead of a token. */
  readonly failures: number[] = [];
  readonly #header = randomUUID();
  readonly #server: Server;
  #port = 0;

  private constructor(
    private readonly tenant: Tenant,
    private readonly identities: MachineIdentities,
  ) {
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(tenant: Tenant, identities: MachineIdentities): Promise<ManagedIdentityServer> {
    const machine = new ManagedIdentityServer(tenant, identities);
    machine.#server.listen(0, "127.0.0.1");
    await once(machine.#server, "listening");
    machine.#port = (machine.#server.address() as AddressInfo).port;
    return machine;
  }

  /** What a process on a virtual machine sees of it; the real one has a fixed address. */
  get virtualMachine(): Readonly<Record<string, string>> {
    return { AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${this.#port}` };
  }

  /** What a process in an App Service sees of it. */
  get appService(): Readonly<Record<string, string>> {
    return { IDENTITY_ENDPOINT: `http://127.0.0.1:${this.#port}/msi/token`, IDENTITY_HEADER: this.#header };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://machine");
    const pathname = path.replace(/\/$/, "");
    const isAppService = pathname === "/msi/token";
    if (!isAppService && pathname !== "/metadata/identity/oauth2/token")
      return answer(response, 404, { error: "not_found" });
    const mayAsk = isAppService
      ? request.headers["x-identity-header"] === this.#header
      : request.headers["metadata"] === "true";
    // The library's probe has no header: that it is answered at all is enough.
    if (!mayAsk)
      return answer(response, 400, {
        error: "bad_request_102",
        error_description: "Required metadata header not specified",
      });
    this.tokenRequests += 1;
    const failure = this.failures.shift();
    if (failure !== undefined)
      return answer(response, failure, { error: "failure", error_description: "told to fail" });
    const identity = this.#identity(searchParams.get("client_id"));
    if (!identity) return answer(response, 400, { error: "invalid_request", error_description: "Identity not found" });
    const resource = (searchParams.get("resource") ?? "").replace(/\/$/, "");
    if (resource !== storageAudience)
      return answer(response, 400, { error: "invalid_resource", error_description: `AADSTS500011: ${resource}` });
    const seconds = this.tenant.lifetimeSeconds;
    answer(response, 200, {
      access_token: this.tenant.issue(identity),
      client_id: identity.clientId,
      expires_in: String(seconds),
      expires_on: String(Math.floor(Date.now() / 1000) + seconds),
      resource,
      token_type: "Bearer",
    });
  }

  #identity(clientId: string | null): Application | undefined {
    if (clientId === null) return this.identities.system;
    return this.identities.userAssigned?.find((identity) => identity.clientId === clientId);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

// A stand-in for login.microsoftonline.com over TLS, as far as @azure/identity asks it when a program signs in: the
// discovery documents and the token endpoint for client credentials. It counts, and refuses as the real one does.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "../http/http-server.js";
import { parseJwt } from "../auth/jwt.js";
import { refusal, type Refusal, type RefusalName } from "./aadsts.js";
import { storageAudience, type Application, type Tenant } from "./tenant.js";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export class EntraServer implements AsyncDisposable {
  /** Tokens asked for. */
  tokenRequests = 0;
  /** Instance and OpenID documents asked for. */
  discoveries = 0;
  /** Refusals that the next requests for a token get, whatever they bring. */
  readonly refusals: RefusalName[] = [];
  readonly #server: Server;
  #port = 0;

  private constructor(
    private readonly tenant: Tenant,
    tls: TlsOptions,
    private readonly clock: () => number,
  ) {
    this.#server = createServer({ ...tls }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(tenant: Tenant, tls: TlsOptions, clock: () => number = Date.now): Promise<EntraServer> {
    const entra = new EntraServer(tenant, tls, clock);
    entra.#server.listen(0, "127.0.0.1");
    await once(entra.#server, "listening");
    entra.#port = (entra.#server.address() as AddressInfo).port;
    return entra;
  }

  /** The authority host, as clients are configured with it. */
  get url(): string {
    return `https://localhost:${this.#port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    const [, tenantId = "", ...rest] = pathname.split("/");
    const what = rest.join("/");
    if (what === "discovery/instance") return this.#discover(response, this.#instance());
    if (what === "v2.0/.well-known/openid-configuration") return this.#discover(response, this.#openId(tenantId));
    if (what === "oauth2/v2.0/token" && request.method === "POST") {
      this.tokenRequests += 1;
      const form = new URLSearchParams(await textOf(request));
      const { status, body } = this.#token(tenantId, form);
      return answer(response, status, body);
    }
    answer(response, 404, { error: "not_found" });
  }

  #discover(response: ServerResponse, { status, body }: Refusal): void {
    this.discoveries += 1;
    answer(response, status, body);
  }

  #instance(): Refusal {
    const host = new URL(this.url).host;
    const metadata = [{ preferred_network: host, preferred_cache: host, aliases: [host] }];
    const endpoint = `${this.url}/common/v2.0/.well-known/openid-configuration`;
    return { status: 200, body: { tenant_discovery_endpoint: endpoint, "api-version": "1.1", metadata } };
  }

  #openId(tenantId: string): Refusal {
    if (tenantId !== this.tenant.id) return refusal("unknownTenant", tenantId);
    const base = `${this.url}/${tenantId}`;
    return {
      status: 200,
      body: {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        response_types_supported: ["code", "id_token"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
      },
    };
  }

  #token(tenantId: string, form: URLSearchParams): Refusal {
    const told = this.refusals.shift();
    if (told) return refusal(told, form.get("client_id") ?? "");
    if (tenantId !== this.tenant.id) return refusal("unknownTenant", tenantId);
    const grant = form.get("grant_type") ?? "";
    if (grant !== "client_credentials") return refusal("unsupportedGrant", grant);
    const clientId = form.get("client_id") ?? "";
    const application = this.tenant.application(clientId);
    if (!application || application.isManaged) return refusal("unknownApplication", clientId);
    const refused = this.#refuse(application, form);
    if (refused) return refused;
    const scope = (form.get("scope") ?? "").split(" ").find((text) => text.endsWith("/.default")) ?? "";
    const audience = scope.replace(/\/\.default$/, "").replace(/\/$/, "");
    if (audience !== storageAudience) return refusal("unknownResource", audience);
    const expires = this.tenant.lifetimeSeconds;
    const token = this.tenant.issue(application);
    const body = { token_type: "Bearer", expires_in: expires, ext_expires_in: expires, access_token: token };
    return { status: 200, body };
  }

  #refuse(application: Application, form: URLSearchParams): Refusal | undefined {
    const secret = form.get("client_secret");
    if (secret !== null) {
      if (application.secret === undefined || secret !== application.secret) {
        return refusal("wrongSecret", application.clientId);
      }
      const isOver = application.secretExpiresMs !== undefined && application.secretExpiresMs <= this.clock();
      return isOver ? refusal("expiredSecret", application.clientId) : undefined;
    }
    const assertion = form.get("client_assertion");
    if (assertion === null || form.get("client_assertion_type") !== assertionType) return refusal("noCredentials");
    return this.#refuseAssertion(application, assertion);
  }

  /** Its signature would be looked up at its issuer; here the issuer's word is enough. */
  #refuseAssertion({ federated }: Application, assertion: string): Refusal | undefined {
    const { claims } = parseJwt(assertion);
    if (!federated || claims["iss"] !== federated.issuer || claims["sub"] !== federated.subject) {
      return refusal("unknownFederation", String(claims["sub"]));
    }
    return Number(claims["exp"]) * 1000 <= this.clock() ? refusal("expiredAssertion") : undefined;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece as string;
  return text;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

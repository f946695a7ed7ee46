// A tenant of the stand-in for Entra ID: who there is, by what each proves itself, which roles it has, and the tokens that
// are issued. The emulator asks it whose a token is, as the file service asks Entra ID.
import { createSign, createVerify, generateKeyPairSync, type KeyPairKeyObjectResult, randomUUID } from "node:crypto";
import { checkClaims, parseJwt } from "../auth/jwt.js";
import { builtInRoles, type RoleName } from "../auth/rbac.js";
import { type Principal, TokenRefusal, type TokenAuthority } from "../auth/token-authority.js";

export interface Application {
  readonly objectId: string;
  readonly clientId: string;
  /** Undefined for one that has none. */
  secret?: string | undefined;
  /** When the secret is over, in milliseconds. */
  secretExpiresMs?: number | undefined;
  /** Whose assertions it believes: workload identity federation. */
  federated?: { readonly issuer: string; readonly subject: string } | undefined;
  /** A managed identity has no secret: the machine's endpoint vouches for it. */
  readonly isManaged: boolean;
}

export interface TokenOptions {
  readonly audience?: string;
  readonly lifetimeSeconds?: number;
  /** Seconds from now until it is valid; 0 by default. */
  readonly startsInSeconds?: number;
}

export const storageAudience = "https://storage.azure.com";

let keys: KeyPairKeyObjectResult | undefined;

export class Tenant implements TokenAuthority {
  readonly id = randomUUID();
  /** How long tokens live that nobody says more about. */
  lifetimeSeconds = 3600;
  /** Tokens issued so far, every one of them a secret. */
  readonly issued: string[] = [];
  readonly #applications: Application[] = [];
  readonly #actions = new Map<string, Set<string>>();
  readonly #revoked = new Set<string>();
  // Making keys takes long, and which they are matters to nobody.
  readonly #keys = (keys ??= generateKeyPairSync("rsa", { modulusLength: 2048 }));

  constructor(private readonly clock: () => number = Date.now) {}

  get authorizationUri(): string {
    return `https://login.microsoftonline.com/${this.id}/oauth2/authorize`;
  }

  get issuer(): string {
    return `https://sts.windows.net/${this.id}/`;
  }

  addApplication(proof: Pick<Application, "secret" | "secretExpiresMs" | "federated"> = {}): Application {
    return this.#add({ ...proof, isManaged: false });
  }

  addManagedIdentity(): Application {
    return this.#add({ isManaged: true });
  }

  #add(rest: Omit<Application, "objectId" | "clientId">): Application {
    const application = { objectId: randomUUID(), clientId: randomUUID(), ...rest };
    this.#applications.push(application);
    return application;
  }

  application(clientId: string): Application | undefined {
    return this.#applications.find((candidate) => candidate.clientId === clientId);
  }

  assign({ objectId }: Pick<Principal, "objectId">, ...roles: readonly RoleName[]): void {
    for (const role of roles) this.grant({ objectId }, ...builtInRoles[role]);
  }

  /** As a role of the user's own does. */
  grant({ objectId }: Pick<Principal, "objectId">, ...actions: readonly string[]): void {
    this.#actions.set(objectId, new Set([...(this.#actions.get(objectId) ?? []), ...actions]));
  }

  /** All roles at once. */
  withdraw({ objectId }: Pick<Principal, "objectId">): void {
    this.#actions.delete(objectId);
  }

  allows({ objectId, tenantId }: Principal, action: string): boolean {
    return tenantId === this.id && this.#actions.get(objectId)?.has(action) === true;
  }

  issue(application: Pick<Application, "objectId" | "clientId">, options: TokenOptions = {}): string {
    const now = Math.floor(this.clock() / 1000) + (options.startsInSeconds ?? 0);
    const claims = {
      aud: options.audience ?? storageAudience,
      iss: this.issuer,
      iat: now,
      nbf: now,
      exp: now + (options.lifetimeSeconds ?? this.lifetimeSeconds),
      appid: application.clientId,
      oid: application.objectId,
      sub: application.objectId,
      tid: this.id,
      ver: "1.0",
      uti: randomUUID(),
    };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ typ: "JWT", alg: "RS256", kid: "test" })}.${part(claims)}`;
    const token = `${signed}.${createSign("sha256").update(signed).sign(this.#keys.privateKey, "base64url")}`;
    this.issued.push(token);
    return token;
  }

  /** From now on every token issued so far counts as expired, whatever it says of itself. */
  revokeIssued(): void {
    for (const token of this.issued) this.#revoked.add(token);
  }

  verify(token: string, audiences: readonly string[], nowMs: number): Principal {
    const jwt = parseJwt(token);
    if (jwt.header["alg"] !== "RS256" || jwt.claims["iss"] !== this.issuer) {
      throw new TokenRefusal("Issuer validation failed. Issuer did not match.");
    }
    if (!createVerify("sha256").update(jwt.signed).verify(this.#keys.publicKey, jwt.signature)) {
      throw new TokenRefusal("Signature validation failed. Signature verification failed.");
    }
    if (this.#revoked.has(token)) throw new TokenRefusal("Lifetime validation failed. The token is expired.");
    return checkClaims(jwt, audiences, nowMs);
  }
}

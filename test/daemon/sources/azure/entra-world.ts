// Owns an account over TLS, a tenant that vouches for who comes with a token, and the way there: Entra ID's stand-in.
import { inspect } from "node:util";
import { Secret } from "../../../../core/secret.js";
import { AzureFilesSource, type AzureSourceOptions } from "../../../../daemon/sources/azure/azure-source.js";
import type { EntraIdentity } from "../../../../daemon/sources/azure/sign-in/entra-identity.js";
import { type LogFields, type Logger, silentLogger } from "../../../../core/logger.js";
import { actions } from "../../../emulator/auth/rbac.js";
import { Emulator } from "../../../emulator/emulator.js";
import { EntraServer } from "../../../emulator/entra/entra-server.js";
import { type Application, Tenant } from "../../../emulator/entra/tenant.js";
import { type Certificate, selfSigned } from "../../../support/certificate.js";
import { type FakeTiming, fakeTiming, POLICY } from "./timing.js";

export const APPLICATION_SECRET = "s3cret~of-the.application";

export class EntraWorld implements AsyncDisposable {
  readonly tls: Certificate = selfSigned();
  readonly logged: { fields: LogFields; message: string }[] = [];
  readonly timing: FakeTiming = fakeTiming(0.5, () => this.now());
  /** This machine's clock; the service has its own. */
  now: () => number = Date.now;
  readonly application: Application;

  private constructor(
    readonly emulator: Emulator,
    readonly tenant: Tenant,
    readonly entra: EntraServer,
    tls: Certificate,
  ) {
    this.tls = tls;
    this.application = tenant.addApplication({ secret: APPLICATION_SECRET });
  }

  static async start(clock: () => number = Date.now): Promise<EntraWorld> {
    const tls = selfSigned();
    const tenant = new Tenant();
    const emulator = await Emulator.start({ tls, authority: tenant, clock });
    const { seed } = emulator.service().createShare("docs");
    for (const name of ["a", "b", "c"]) seed.file(`${name}.txt`, `content of ${name}`);
    return new EntraWorld(emulator, tenant, await EntraServer.start(tenant, tls), tls);
  }

  /** What a backup needs, share snapshots included. */
  assign(who: Application = this.application): void {
    this.tenant.assign(who, "Storage File Data Privileged Reader");
    this.tenant.grant(who, actions.readShare, actions.writeShare, actions.deleteShare);
  }

  withSecret(changes: Partial<Extract<EntraIdentity, { kind: "secret" }>> = {}): EntraIdentity {
    return {
      kind: "secret",
      authority: this.entra.url,
      tenant: this.tenant.id,
      client: this.application.clientId,
      secret: () => Promise.resolve(new Secret(APPLICATION_SECRET)),
      ...changes,
    };
  }

  source(identity: EntraIdentity = this.withSecret(), options: Partial<AzureSourceOptions> = {}): AzureFilesSource {
    return new AzureFilesSource({
      target: { account: this.emulator.account().name, share: "docs", folder: [] },
      endpoint: this.emulator.endpoint(),
      credentials: { kind: "entra", identity },
      owner: "test",
      logger: loggerInto(this.logged),
      timing: this.timing,
      openingRetry: POLICY,
      runningRetry: POLICY,
      ca: this.tls.cert,
      ...options,
    });
  }

  /** Everything that there is to see of the values and the log, hidden properties and causes too. */
  seen(...values: readonly unknown[]): string {
    const options = { depth: 30, showHidden: true, getters: true, maxStringLength: null };
    return inspect([...values, this.logged], options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.entra[Symbol.asyncDispose]();
    await this.emulator.close();
  }
}

function loggerInto(logged: { fields: LogFields; message: string }[]): Logger {
  const log = (fields: LogFields, message: string): void => {
    logged.push({ fields, message });
  };
  return { ...silentLogger, debug: log, info: log, warn: log, error: log };
}

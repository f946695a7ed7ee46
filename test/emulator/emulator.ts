// The emulator as tests and the command line use it: accounts, a server in front of them, faults and
// counters beside it, and, if asked for, a folder that keeps the state.
import { type AccountOptions, accountRules, connectionString, developmentAccount } from "./account.js";
import { sasSubject, type Trust } from "./auth/authenticator.js";
import { verifyReader } from "./auth/bearer.js";
import { verifySas } from "./auth/sas.js";
import type { TokenAuthority } from "./auth/token-authority.js";
import { Faults } from "./http/faults.js";
import { type HttpHost, HttpServer, type TlsOptions } from "./http/http-server.js";
import { RequestRecorder } from "./http/request-recorder.js";
import { forgetfulLog } from "./model/change-log.js";
import type { Clock } from "./model/file-time.js";
import { FileService } from "./model/file-service.js";
import { needs } from "./operations/needs.js";
import { StateFolder } from "./state/state-folder.js";

export interface EmulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback by default. */
  readonly host?: string;
  /** The development account alone by default. */
  readonly accounts?: readonly AccountOptions[];
  /** A folder that keeps everything over a restart; memory alone by default. */
  readonly state?: string;
  /** Milliseconds since 1970 for every time the service gives or compares; `Date.now` by default. */
  readonly clock?: Clock;
  /** Over TLS alone, with this certificate; over http by default. */
  readonly tls?: TlsOptions;
  /** Who vouches for bearer tokens, which need TLS; nobody by default. */
  readonly authority?: TokenAuthority;
}

export class Emulator implements AsyncDisposable {
  /** What shall go wrong. */
  readonly faults: Faults;
  /** What was asked for. */
  readonly requests: RequestRecorder;
  readonly #accounts: ReadonlyMap<string, AccountOptions>;
  readonly #services: ReadonlyMap<string, FileService>;
  readonly #state: StateFolder | undefined;
  readonly #server: HttpServer;
  readonly #host: string;
  readonly #scheme: "http" | "https";
  readonly #authority: TokenAuthority | undefined;
  #port = 0;
  #closed: Promise<void> | undefined;

  private constructor(options: EmulatorOptions) {
    const { accounts = [developmentAccount], clock = Date.now, state } = options;
    this.#host = options.host ?? "127.0.0.1";
    this.#scheme = options.tls ? "https" : "http";
    this.#authority = options.authority;
    this.#accounts = new Map(accounts.map((account) => [account.name, account]));
    this.#state = state === undefined ? undefined : StateFolder.open(state);
    const log = this.#state ?? forgetfulLog;
    this.#services = new Map(
      accounts.map((account) => {
        const { name, shareRetentionDays } = account;
        return [name, new FileService(name, clock, log, shareRetentionDays, accountRules(account))];
      }),
    );
    this.#state?.restore(this.#services);
    this.faults = new Faults();
    this.requests = new RequestRecorder();
    this.#server = new HttpServer(this.#httpHost(clock), options.tls);
  }

  /** Starts serving. Rejects when the port is taken or the state folder cannot be read. */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = new Emulator(options);
    try {
      emulator.#port = await emulator.#server.listen(options.port ?? 0, emulator.#host);
    } catch (error) {
      emulator.#state?.close();
      throw error;
    }
    return emulator;
  }

  get port(): number {
    return this.#port;
  }

  /** `http://host:port`, or `https:`, without an account. */
  get url(): string {
    const host = this.#host.includes(":") ? `[${this.#host}]` : this.#host;
    return `${this.#scheme}://${host}:${this.#port}`;
  }

  /** The path-style endpoint of an account, without a slash at the end. */
  endpoint(account: string = this.#firstAccount): string {
    return `${this.url}/${account}`;
  }

  /** The host-style endpoint of an account; resolving `*.localhost` is up to the client. */
  hostEndpoint(account: string = this.#firstAccount): string {
    return `${this.#scheme}://${account}.file.localhost:${this.#port}`;
  }

  /** The first account there is, by default. Throws RangeError for one that is not served. */
  account(name: string = this.#firstAccount): AccountOptions {
    const account = this.#accounts.get(name);
    if (!account) throw new RangeError(`no account ${name}`);
    return account;
  }

  connectionString(account: string = this.#firstAccount): string {
    return connectionString(this.account(account), this.endpoint(account));
  }

  /** The model behind an account, to seed or inspect without HTTP; nothing is counted. */
  service(account: string = this.#firstAccount): FileService {
    const service = this.#services.get(account);
    if (!service) throw new RangeError(`no account ${account}`);
    return service;
  }

  /** Drops all connections, stops listening, and finishes writing the state. Can be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#server.close().finally(() => this.#state?.close());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #firstAccount(): string {
    return this.#accounts.keys().next().value ?? developmentAccount.name;
  }

  #httpHost(clock: Clock): HttpHost {
    const trust = (service: FileService): Trust => {
      const { key, secondaryKey } = this.account(service.account);
      const keys = secondaryKey === undefined ? [key] : [key, secondaryKey];
      return { service, keys, authority: this.#authority };
    };
    return {
      faults: this.faults,
      requests: this.requests,
      clock,
      trust,
      service: (name) => this.#services.get(name),
      ...(this.#accounts.size === 1 && { onlyAccount: this.#firstAccount }),
      commit: () => this.#state?.commit(),
      delegationSecret: (name) => this.account(name).key,
      verifySource: ({ account, share, path }, query, authorization) => {
        if (!query.has("sig") && authorization !== undefined) {
          return verifyReader(authorization, {
            account,
            authority: this.#authority,
            nowMs: this.service(account).clock(),
          });
        }
        verifySas({
          ...sasSubject(trust(this.service(account)), query, share, path),
          clientAddress: "127.0.0.1",
          isSecure: this.#scheme === "https",
          need: needs.read,
        });
      },
    };
  }
}

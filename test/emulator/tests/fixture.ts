// What the emulator's own tests share: an emulator with a share in it, reached through the real SDK.
import { createHmac } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import {
  ShareServiceClient,
  type ShareClient,
  type ShareClientConfig,
  StorageSharedKeyCredential,
  type StoragePipelineOptions,
} from "@azure/storage-file-share";
import { Emulator, type EmulatorOptions } from "../emulator.js";

/** One try: what fails shall be seen. */
export const noRetries: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };

export interface Fixture extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly service: ShareServiceClient;
  readonly share: ShareClient;
}

export async function startFixture(options: EmulatorOptions = {}): Promise<Fixture> {
  const emulator = await Emulator.start(options);
  const service = serviceClient(emulator);
  const share = service.getShareClient("data");
  if (!emulator.service().hasShare("data")) await share.create();
  return { emulator, service, share, [Symbol.asyncDispose]: () => emulator.close() };
}

export function serviceClient(
  emulator: Emulator,
  account?: string,
  config: ShareClientConfig = {},
): ShareServiceClient {
  return ShareServiceClient.fromConnectionString(emulator.connectionString(account), { ...noRetries, ...config });
}

export function credential(emulator: Emulator): StorageSharedKeyCredential {
  const { name, key } = emulator.account();
  return new StorageSharedKeyCredential(name, key);
}

/**
 * A client with host-style addresses. The global agent, which a client without keep-alive uses, is
 * taught to find `*.localhost`, whatever the machine makes of such names.
 */
export function hostStyleClient(emulator: Emulator, config: ShareClientConfig = {}): ShareServiceClient {
  const toLoopback: LookupFunction = (_name, wanted, done) => {
    if (wanted.all) done(null, [{ address: "127.0.0.1", family: 4 }]);
    else done(null, "127.0.0.1", 4);
  };
  const { options } = http.globalAgent as unknown as { options: http.AgentOptions };
  Object.assign(options, { lookup: toLoopback });
  return new ShareServiceClient(emulator.hostEndpoint(), credential(emulator), {
    ...noRetries,
    ...config,
    keepAliveOptions: { enable: false },
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request as it stands, with nothing added but what node adds. */
export function raw(
  emulator: Emulator,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; ca?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = (emulator.url.startsWith("https:") ? https : http).request(
      { host: "127.0.0.1", port: emulator.port, path, agent: false, ...options },
      (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(options.body);
  });
}

/** The error a promise rejects with; the test fails if it does not. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ statusCode?: number; code?: string; message: string; details?: Record<string, string> }> {
  try {
    await promise;
  } catch (error) {
    return error as { message: string };
  }
  throw new Error("it did not fail");
}

/** All bytes of a download. */
export async function bytesOf(response: { readableStreamBody?: NodeJS.ReadableStream | undefined }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of response.readableStreamBody ?? []) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/**
 * A raw request under the account's shared key. `path` has neither account nor query; every other
 * header is the caller's.
 */
export function signed(
  emulator: Emulator,
  method: string,
  path: string,
  options: {
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string | Buffer;
    date?: string;
    scheme?: "SharedKey" | "SharedKeyLite";
    /** False leaves the account out of the path, as some clients do. */
    accountInPath?: boolean;
  } = {},
): Promise<RawAnswer> {
  const { query = {}, body, scheme = "SharedKey", accountInPath = true } = options;
  const { name, key } = emulator.account();
  const headers: Record<string, string> = {
    "x-ms-date": options.date ?? new Date().toUTCString(),
    "x-ms-version": "2025-11-05",
    ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
    ...options.headers,
  };
  const header = (wanted: string): string => headers[wanted] ?? "";
  const standard =
    scheme === "SharedKeyLite"
      ? ["content-md5", "content-type", "date"]
      : [
          "content-encoding",
          "content-language",
          "content-length",
          "content-md5",
          "content-type",
          "date",
          "if-modified-since",
          "if-match",
          "if-none-match",
          "if-unmodified-since",
          "range",
        ];
  const ours = Object.keys(headers)
    .filter((each) => each.startsWith("x-ms-"))
    .sort()
    .map((each) => `${each}:${headers[each]}\n`);
  const fullPath = `${accountInPath ? `/${name}` : ""}${path}`;
  const resource = `/${name}${fullPath}`;
  const parameters =
    scheme === "SharedKeyLite"
      ? query["comp"] === undefined
        ? ""
        : `?comp=${query["comp"]}`
      : Object.keys(query)
          .sort()
          .map((each) => `\n${each}:${query[each]}`)
          .join("");
  const lines = [method, ...standard.map((each) => header(each).replace(/^0$/, ""))];
  const text = `${lines.join("\n")}\n${ours.join("")}${resource}${parameters}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const search = new URLSearchParams(query).toString();
  return raw(emulator, `${fullPath}${search ? `?${search}` : ""}`, {
    method,
    headers: { ...headers, authorization: `${scheme} ${name}:${signature}` },
    ...(body !== undefined && { body }),
  });
}

/** What a client needs to trust a server of tests; the SDK passes it on, though its types do not say so. */
export function trusting(cert: string): StoragePipelineOptions {
  return { ...noRetries, tlsOptions: { ca: cert } } as StoragePipelineOptions;
}

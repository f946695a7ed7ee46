import { describe, expect, it } from "vitest";
import { SharestrataError } from "../../../core/errors.js";
import { silentLogger } from "../../../core/logger.js";
import { Secret } from "../../../core/secret.js";
import { type SourceSpec, openSource } from "../../../daemon/sources/open-source.js";

const KEY = "c2VjcmV0a2V5c2VjcmV0a2V5";
const key = { kind: "shared-key", key: new Secret(KEY) } as const;
const open = (spec: SourceSpec) => openSource(spec, { logger: silentLogger });
const connectionString = (text: string) => ({ kind: "connection-string", text: new Secret(text) }) as const;

function refusal(spec: SourceSpec): SharestrataError {
  try {
    open(spec);
  } catch (error) {
    if (error instanceof SharestrataError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("openSource", () => {
  it("opens shares, folders of shares, and local folders", () => {
    expect(open({ url: "azure-files://acme/docs", credentials: key }).uri).toBe("azure-files://acme/docs");
    expect(open({ url: "azure-files://acme/docs/a b/50%25/", credentials: key }).uri).toBe(
      "azure-files://acme/docs/a%20b/50%25",
    );
    expect(open({ url: "file:///srv/a%20b" }).uri).toBe("file:///srv/a%20b");
  });

  it("names the schemes it knows when it does not know one", () => {
    for (const url of ["s3://bucket", "docs", "/srv/data", ""]) {
      const error = refusal({ url });
      expect([error.code, error.message]).toEqual(["USAGE", expect.stringMatching(/azure-files:\/\/.*file:\/\/\//)]);
    }
  });

  it.each([
    ["azure-files://acme/docs?sv=2026&sig=abc%3D", undefined],
    ["azure-files://user:abc@acme/docs", undefined],
    ["azure-files://acme/docs", "https://acme.file.core.windows.net/?sv=2026&sig=abc%3D"],
    ["azure-files://acme/docs", "https://user:abc@acme.file.core.windows.net"],
  ])("refuses a secret in %s (endpoint %s) without repeating it", (url, endpoint) => {
    const error = refusal({ url, endpoint, credentials: key });
    expect([error.code, error.message]).toEqual(["USAGE", expect.stringContaining("systemd credential")]);
    expect(error.message).not.toContain("abc");
  });

  it.each([
    "azure-files://ACME/docs",
    "azure-files://acme",
    "azure-files://acme/Docs",
    "azure-files://acme/do--cs",
    "azure-files://acme/docs/..",
    "azure-files://acme/docs/a?b",
    "azure-files://acme/docs/50%",
    "azure-files://acme/docs/a%2Fb",
  ])("refuses %s with one sentence", (url) => {
    expect(refusal({ url, credentials: key })).toMatchObject({ code: "USAGE" });
  });

  it("knows the development account's key, for this machine alone", () => {
    const url = "azure-files://devstoreaccount1/docs";
    expect(open({ url, endpoint: "http://127.0.0.1:10004" }).uri).toBe(url);
    expect(open({ url, endpoint: "http://devstoreaccount1.file.localhost:10004" }).uri).toBe(url);
    expect(refusal({ url }).code).toBe("CONFIG_INVALID");
    expect(refusal({ url, endpoint: "https://storage.example.com" }).code).toBe("CONFIG_INVALID");
  });

  it("refuses an endpoint of another account or of another kind", () => {
    const url = "azure-files://acme/docs";
    for (const endpoint of ["http://127.0.0.1:1/other", "ftp://acme", "acme.file.core.windows.net"]) {
      expect(refusal({ url, endpoint, credentials: key }).code).toBe("USAGE");
    }
  });

  it("takes connection strings with a key or a SAS", () => {
    const url = "azure-files://acme/docs";
    for (const text of [
      `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${KEY}==;EndpointSuffix=core.windows.net`,
      `AccountName=acme;AccountKey=${KEY};FileEndpoint=http://127.0.0.1:9/acme/;`,
      "FileEndpoint=https://acme.file.core.windows.net/;SharedAccessSignature=sv=2026-01-01&sig=abc",
    ]) {
      expect(open({ url, credentials: connectionString(text) }).uri).toBe(url);
    }
  });

  it.each([
    ["a key that is not base64", { kind: "shared-key", key: new Secret("hidden secret") }],
    ["another account's key", { kind: "shared-key", account: "other", key: new Secret(KEY) }],
    ["a SAS without signature", { kind: "sas", token: new Secret("sv=hidden") }],
    ["a connection string that is none", connectionString("hidden")],
    ["a connection string without key", connectionString("AccountName=acme;Else=hidden")],
    ["another account's connection string", connectionString(`AccountName=other;AccountKey=${KEY}`)],
  ] as const)("refuses %s, and repeats nothing of it", (_, credentials) => {
    const error = refusal({ url: "azure-files://acme/docs", credentials });
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).not.toMatch(/hidden|c2Vjcm/);
  });
});

import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { SecretReference, SignIn, SourceSettings } from "../../../daemon/config/config.js";
import type { Secret } from "../../../core/secret.js";
import type { AzureCredentials } from "../../../daemon/sources/azure/credentials.js";
import { resolveCredentials } from "../../../daemon/config/secrets.js";
import { temporaryDirectory } from "../../support/tmp.js";

const KEY = "c.yaml:3: shares.a/b.source.key";

function azure(signIn?: SignIn): SourceSettings {
  return { url: "azure-files://acme/docs", endpoint: undefined, signIn, changedRanges: false, trustWriteTimes: true };
}

function key(secret: SecretReference): SourceSettings {
  return azure({ kind: "key", secret });
}

describe("a secret", () => {
  it("comes from a variable, a file or a systemd credential, without its line end", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join("secret"), "c2VjcmV0\n");
    const env = { A_KEY: "c2VjcmV0", CREDENTIALS_DIRECTORY: directory.path };
    for (const secret of [
      { kind: "env", name: "A_KEY", key: KEY },
      { kind: "file", path: directory.join("secret"), key: KEY },
      { kind: "credential", name: "secret", key: KEY },
    ] satisfies SecretReference[]) {
      const found = await resolveCredentials(key(secret), env);
      expect(found?.kind === "shared-key" && found.key.reveal()).toBe("c2VjcmV0");
      expect(JSON.stringify(found)).not.toContain("c2VjcmV0");
    }
  });

  it.each<[SecretReference, RegExp]>([
    [{ kind: "env", name: "NOPE", key: KEY }, /^c\.yaml:3: .*key: the variable \$NOPE is not set\.$/],
    [{ kind: "env", name: "EMPTY", key: KEY }, /the variable \$EMPTY is empty\.$/],
    [{ kind: "file", path: "/nope/key", key: KEY }, /the file \/nope\/key does not exist\.$/],
    [{ kind: "credential", name: "x", key: KEY }, /systemd passed no credentials/],
  ])("that is not there is told by its place in the configuration: %j", async (secret, expected) => {
    await expect(resolveCredentials(key(secret), { EMPTY: " " })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(expected) as string,
    });
  });
});

describe("a secret that is replaced", () => {
  it("is read again where it can be: a SAS, a connection string, an application's", async () => {
    await using directory = await temporaryDirectory();
    const secret = { kind: "file", path: directory.join("secret"), key: KEY } as const;
    const { path } = secret;
    const application = { authority: undefined, tenant: "t", client: "c", secret };
    await writeFile(path, "first");
    const found = await Promise.all(
      (
        [
          { kind: "sas", secret },
          { kind: "connectionString", secret },
          { kind: "entra", entra: { kind: "secret", ...application } },
          { kind: "entra", entra: { kind: "token", ...application } },
        ] satisfies SignIn[]
      ).map((signIn) => resolveCredentials(azure(signIn), {})),
    );
    await writeFile(path, "second");
    const texts: (string | undefined)[] = [];
    for (const credentials of found) texts.push((await readAgain(credentials))?.reveal());
    expect(texts).toEqual(["second", "second", "second", "second"]);
    expect(JSON.stringify(found)).not.toMatch(/first|second/);
  });

  it("of an application that is not there is told at once", async () => {
    const secret = { kind: "file", path: "/nope/secret", key: KEY } as const;
    const entra = { kind: "secret", authority: undefined, tenant: "t", client: "c", secret } as const;
    await expect(resolveCredentials(azure({ kind: "entra", entra }), {})).rejects.toThrow(
      /\/nope\/secret does not exist/,
    );
  });
});

async function readAgain(credentials: AzureCredentials | undefined): Promise<Secret | undefined> {
  if (credentials?.kind === "sas" || credentials?.kind === "connection-string") return credentials.again?.();
  if (credentials?.kind !== "entra") return undefined;
  const { identity } = credentials;
  if (identity.kind === "secret") return identity.secret();
  return identity.kind === "token" ? identity.token() : undefined;
}

describe("without a secret in the configuration", () => {
  it("what the Azure tools use is used, the most telling first", async () => {
    const all = {
      AZURE_STORAGE_CONNECTION_STRING: "AccountName=acme;AccountKey=a2V5",
      AZURE_STORAGE_KEY: "a2V5",
      AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x",
    };
    expect(await resolveCredentials(azure(), all)).toMatchObject({ kind: "connection-string" });
    expect(await resolveCredentials(azure(), { ...all, AZURE_STORAGE_CONNECTION_STRING: "" })).toMatchObject({
      kind: "shared-key",
    });
    expect(await resolveCredentials(azure(), { AZURE_STORAGE_SAS_TOKEN: "sv=1&sig=x" })).toMatchObject({ kind: "sas" });
    expect(await resolveCredentials(azure(), {})).toBeUndefined();
  });

  it("a key of another account is not sent to this one", async () => {
    const env = { AZURE_STORAGE_KEY: "a2V5", AZURE_STORAGE_ACCOUNT: "other" };
    await expect(resolveCredentials(azure(), env)).rejects.toThrow(/\$AZURE_STORAGE_KEY belongs to the account other/);
    expect(await resolveCredentials(azure(), { ...env, AZURE_STORAGE_ACCOUNT: "acme" })).toBeDefined();
  });

  it("a local folder needs none, whatever the environment says", async () => {
    const local = {
      url: "file:///x",
      endpoint: undefined,
      signIn: undefined,
      changedRanges: false,
      trustWriteTimes: true,
    };
    expect(await resolveCredentials(local, { AZURE_STORAGE_KEY: "a2V5" })).toBeUndefined();
  });
});

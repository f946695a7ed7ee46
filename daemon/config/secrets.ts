/**
 * Fetches the secrets that a configuration names, at the moment a source is opened. Without any named, the variables
 * that the Azure command line and SDKs know are looked at. No message here holds what was found.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import { Secret } from "../../core/secret.js";
import type { AzureCredentials } from "../sources/azure/credentials.js";
import type { EntraIdentity } from "../sources/azure/sign-in/entra-identity.js";
import type { EntraSettings, SecretReference, SignIn, SourceSettings } from "./config.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** In the order of the Azure command line: what says most is taken first. */
const VARIABLES = [
  ["connectionString", "AZURE_STORAGE_CONNECTION_STRING"],
  ["key", "AZURE_STORAGE_KEY"],
  ["sas", "AZURE_STORAGE_SAS_TOKEN"],
] as const;

/**
 * How to sign in to a source; undefined when neither the configuration nor the environment says.
 * @throws SharestrataError `CONFIG_INVALID` when what the configuration names is not there
 */
export async function resolveCredentials(
  source: SourceSettings,
  env: Environment,
): Promise<AzureCredentials | undefined> {
  const { signIn } = source;
  if (signIn?.kind === "entra") return { kind: "entra", identity: await entraIdentity(signIn.entra, env) };
  if (signIn) {
    const again = () => fetchSecret(signIn.secret, env);
    return credentials(signIn.kind, await again(), again);
  }
  return source.url.startsWith("azure-files:") ? fromEnvironment(new URL(source.url).host, env) : undefined;
}

function fromEnvironment(account: string, env: Environment): AzureCredentials | undefined {
  for (const [kind, variable] of VARIABLES) {
    const text = env[variable]?.trim();
    if (text === undefined || text === "") continue;
    // A key or token alone does not say whose it is; sent to another account it would only be refused.
    const owner = env["AZURE_STORAGE_ACCOUNT"]?.trim();
    if (kind !== "connectionString" && owner && owner !== account) {
      throw new SharestrataError(
        "CONFIG_INVALID",
        `$${variable} belongs to the account ${owner} ($AZURE_STORAGE_ACCOUNT), but the source is in ${account}: ` +
          "give the source a key, sas, connectionString or entra of its own.",
        { variable, account },
      );
    }
    return credentials(kind, new Secret(text));
  }
  return undefined;
}

function credentials(
  kind: Exclude<SignIn["kind"], "entra">,
  secret: Secret,
  again?: () => Promise<Secret>,
): AzureCredentials {
  switch (kind) {
    case "key":
      return { kind: "shared-key", key: secret };
    case "sas":
      return { kind: "sas", token: secret, again };
    case "connectionString":
      return { kind: "connection-string", text: secret, again };
  }
}

/** Its secret is looked at once, so that one that is missing is told at once; it is read again for each token. */
async function entraIdentity(settings: EntraSettings, env: Environment): Promise<EntraIdentity> {
  if (settings.kind !== "secret" && settings.kind !== "token") return settings;
  const { authority, tenant, client, secret: reference } = settings;
  const read = () => fetchSecret(reference, env);
  await read();
  return settings.kind === "secret"
    ? { kind: "secret", authority, tenant, client, secret: read }
    : { kind: "token", authority, tenant, client, token: read };
}

async function fetchSecret(reference: SecretReference, env: Environment): Promise<Secret> {
  const text = (await readReference(reference, env)).toString().trim();
  if (text === "") throw missing(reference, "is empty");
  return new Secret(text);
}

/**
 * What a reference names, whole and as it is, a character a byte (latin1).
 * @throws SharestrataError `CONFIG_INVALID` when it is not there
 */
export async function readWhole(reference: SecretReference, env: Environment): Promise<Secret> {
  return new Secret((await readReference(reference, env)).toString("latin1"));
}

async function readReference(reference: SecretReference, env: Environment): Promise<Buffer> {
  switch (reference.kind) {
    case "env": {
      const text = env[reference.name];
      if (text === undefined) throw missing(reference, "is not set");
      return Buffer.from(text);
    }
    case "credential": {
      const folder = env["CREDENTIALS_DIRECTORY"];
      if (!folder) throw missing(reference, "is not there: systemd passed no credentials ($CREDENTIALS_DIRECTORY)");
      return readSecretFile(reference, join(folder, reference.name));
    }
    case "file":
      return readSecretFile(reference, reference.path);
  }
}

async function readSecretFile(reference: SecretReference, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw missing(
      reference,
      systemCode(error) === "ENOENT" ? "does not exist" : `cannot be read: ${messageOf(error)}`,
      error,
    );
  }
}

function missing(reference: SecretReference, what: string, cause?: unknown): SharestrataError {
  const name =
    reference.kind === "env"
      ? `the variable $${reference.name}`
      : reference.kind === "file"
        ? `the file ${reference.path}`
        : `the credential ${reference.name}`;
  return new SharestrataError("CONFIG_INVALID", `${reference.key}: ${name} ${what}.`, { key: reference.key }, cause);
}

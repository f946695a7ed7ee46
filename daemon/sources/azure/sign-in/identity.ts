/**
 * The one place that knows @azure/identity, which is loaded when somebody signs in. Its own retry is off (retry.ts does
 * that), and what it throws leaves as an `AzureFailure`: its errors quote whole answers.
 */
import type * as library from "@azure/identity";
import type { DefaultAzureCredentialOptions, TokenCredentialOptions } from "@azure/identity";
import { messageOf, SharestrataError, systemCode } from "../../../../core/errors.js";
import { AzureFailure } from "../failures.js";
import type { EntraIdentity, SecretReader } from "./entra-identity.js";
import { type Answers, signInFailure } from "./sign-in-failure.js";

/** Good in every cloud. */
const SCOPE = "https://storage.azure.com/.default";
const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
/** The library knows what belongs to these; any other it would ask the public cloud about. */
const KNOWN_AUTHORITIES = new Set([
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.chinacloudapi.cn",
  "login.partner.microsoftonline.cn",
]);

export interface Token {
  readonly text: string;
  readonly expiresAtMs: number;
}

/** Gets a token anew, from whoever issues them. */
export interface TokenIssuer {
  /**
   * @param tenant where the service wants to be signed in to, when it has said so
   * @throws AzureFailure of the kind `sign-in`
   */
  issue(tenant: string | undefined): Promise<Token>;
}

/** @param ca certificates to trust besides the usual ones, as PEM */
export async function openIssuer(identity: EntraIdentity, ca: string | undefined): Promise<TokenIssuer> {
  const answers: Answers = { status: undefined, code: undefined, unreadable: undefined };
  const sdk = await import("@azure/identity");
  const options = libraryOptions(identity, answers, ca);
  const credential = makeCredential(sdk, identity, options, (error) => {
    answers.unreadable = messageOf(error);
  });
  return {
    async issue(tenant) {
      answers.status = answers.code = answers.unreadable = undefined;
      try {
        // Only who has no tenant of its own may go where the service says.
        const where = identity.kind === "default" && tenant !== undefined ? { tenantId: tenant } : {};
        const token = await credential().getToken(SCOPE, where);
        if (token === null) throw new AzureFailure("nothing was found to sign in with", { kind: "sign-in" });
        return { text: token.token, expiresAtMs: token.expiresOnTimestamp };
      } catch (error) {
        if (identity.kind === "managed") answers.status = statusOf(error);
        throw error instanceof AzureFailure
          ? error
          : signInFailure(identity, authorityOf(identity), messagesOf(error), answers);
      }
    },
  };
}

function authorityOf({ authority }: EntraIdentity): string {
  return authority ?? process.env["AZURE_AUTHORITY_HOST"] ?? PUBLIC_AUTHORITY;
}

type Library = typeof library;
type LibraryOptions = TokenCredentialOptions & { disableInstanceDiscovery?: boolean };
type Credential = InstanceType<Library["ClientSecretCredential"]> | InstanceType<Library["DefaultAzureCredential"]>;

// A credential keeps its tokens, also one that the service has refused: each token comes from a new one.
function makeCredential(
  sdk: Library,
  identity: EntraIdentity,
  options: LibraryOptions,
  onUnreadable: (error: SharestrataError) => void,
): () => Pick<Credential, "getToken"> {
  const revealed = async (read: SecretReader): Promise<string> => {
    try {
      return (await read()).reveal();
    } catch (error) {
      if (error instanceof SharestrataError) onUnreadable(error);
      throw error;
    }
  };
  switch (identity.kind) {
    case "default": {
      const { tenant, client } = identity;
      const found: DefaultAzureCredentialOptions = {
        ...options,
        additionallyAllowedTenants: ["*"],
        ...(tenant !== undefined && { tenantId: tenant }),
        ...(client !== undefined && { managedIdentityClientId: client, workloadIdentityClientId: client }),
      };
      return () => new sdk.DefaultAzureCredential({ ...found });
    }
    case "managed": {
      const { client } = identity;
      return () => new sdk.ManagedIdentityCredential({ ...options, ...(client !== undefined && { clientId: client }) });
    }
    case "secret":
      return () => ({
        async getToken(scopes, where) {
          const { tenant, client, secret } = identity;
          const text = await revealed(secret);
          return new sdk.ClientSecretCredential(tenant, client, text, options).getToken(scopes, where);
        },
      });
    case "token": {
      const { tenant, client, token } = identity;
      return () => new sdk.ClientAssertionCredential(tenant, client, () => revealed(token), options);
    }
    case "workload": {
      const { tenant, client } = identity;
      const own = {
        ...(tenant !== undefined && { tenantId: tenant }),
        ...(client !== undefined && { clientId: client }),
      };
      return () => new sdk.WorkloadIdentityCredential({ ...options, ...own });
    }
  }
}

function libraryOptions(identity: EntraIdentity, answers: Answers, ca: string | undefined): LibraryOptions {
  const authority = authorityOf(identity);
  return {
    authorityHost: authority,
    disableInstanceDiscovery: !KNOWN_AUTHORITIES.has(URL.canParse(authority) ? new URL(authority).hostname : ""),
    retryOptions: { maxRetries: 0 },
    ...(ca !== undefined && { tlsOptions: { ca } }),
    // What the library says of a failure leaves out what the answer was, and whether there was one.
    additionalPolicies: [
      {
        position: "perCall",
        policy: {
          name: "sharestrataAnswers",
          async sendRequest(request, next) {
            try {
              const response = await next(request);
              answers.status = response.status;
              return response;
            } catch (error) {
              answers.status = undefined;
              answers.code = systemCode(error) ?? "no answer";
              throw error;
            }
          },
        },
      },
    ],
  };
}

/** The library leaves additional policies out where it asks a machine's own endpoint: the status is in what it throws. */
function statusOf(error: unknown): number | undefined {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 5; depth += 1) {
    const { status, cause } = at as { readonly status?: unknown; readonly cause?: unknown };
    if (typeof status === "number") return status;
    at = cause;
  }
  return undefined;
}

/** Of the error and of all that it gathers. */
function messagesOf(error: unknown): string {
  const gathered = (error as { readonly errors?: unknown } | null)?.errors;
  return [messageOf(error), ...(Array.isArray(gathered) ? gathered.map(messageOf) : [])].join("\n");
}

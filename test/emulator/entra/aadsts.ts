// What Entra ID answers when it refuses: a code in brackets, a sentence, and ids of the request.
import { randomUUID } from "node:crypto";

export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const refusals = {
  unknownTenant: [
    400,
    "invalid_request",
    90002,
    "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  ],
  unknownApplication: [
    400,
    "unauthorized_client",
    700016,
    "Application with identifier '{}' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant.",
  ],
  wrongSecret: [
    401,
    "invalid_client",
    7000215,
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
  ],
  expiredSecret: [401, "invalid_client", 7000222, "The provided client secret keys for app '{}' are expired."],
  noCredentials: [
    401,
    "invalid_client",
    7000218,
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ],
  unknownFederation: [
    400,
    "invalid_request",
    700213,
    "No matching federated identity record found for presented assertion subject '{}'.",
  ],
  expiredAssertion: [401, "invalid_client", 700024, "Client assertion is not within its valid time range."],
  unknownResource: [
    400,
    "invalid_resource",
    500011,
    "The resource principal named {} was not found in the tenant named Contoso.",
  ],
  unsupportedGrant: [400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '{}'."],
  busy: [503, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."],
} as const satisfies Readonly<Record<string, readonly [number, string, number, string]>>;

export type RefusalName = keyof typeof refusals;

export function refusal(name: RefusalName, subject = ""): Refusal {
  const [status, error, code, sentence] = refusals[name];
  const [trace, correlation, time] = [
    randomUUID(),
    randomUUID(),
    new Date().toISOString().replace("T", " ").replace(/\.\d+/, ""),
  ];
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${sentence.replace("{}", subject)} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${time}`,
      error_codes: [code],
      timestamp: time,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

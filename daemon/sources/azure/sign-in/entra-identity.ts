/** Who signs in to Entra ID, and by what it proves that: what the configuration says, with the ways to its secrets. */
import type { Secret } from "../../../../core/secret.js";

/** Reads a secret from where it is kept, each time anew. @throws SharestrataError `CONFIG_INVALID` */
export type SecretReader = () => Promise<Secret>;

export type EntraIdentity = {
  /** `https://login.microsoftonline.com` unless told: another cloud's. */
  readonly authority?: string | undefined;
} & (
  | {
      /** Whatever Azure's own tools would find: variables, workload identity, managed identity, a signed-in command line. */
      readonly kind: "default";
      readonly tenant?: string | undefined;
      /** Of a user-assigned managed identity, or of a workload identity. */
      readonly client?: string | undefined;
    }
  | {
      readonly kind: "managed";
      /** Of a user-assigned identity; the machine's own without. */
      readonly client?: string | undefined;
    }
  | { readonly kind: "secret"; readonly tenant: string; readonly client: string; readonly secret: SecretReader }
  | {
      /** A token of somebody whom the application trusts. */
      readonly kind: "token";
      readonly tenant: string;
      readonly client: string;
      readonly token: SecretReader;
    }
  | {
      /** As a pod in Kubernetes has it, in AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE. */
      readonly kind: "workload";
      readonly tenant?: string | undefined;
      readonly client?: string | undefined;
    }
);

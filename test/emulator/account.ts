// The accounts an emulator serves, and the strings clients connect to them with.
import type { AccountKind, AccountRules } from "./model/account-rules.js";

export interface AccountOptions {
  /** 3 to 24 lower-case letters and digits. */
  readonly name: string;
  /** Base64. Either may sign. */
  readonly key: string;
  readonly secondaryKey?: string;
  /** How long deleted shares can be restored; 0, the default, for not at all. */
  readonly shareRetentionDays?: number;
  /** Without one, the account takes whatever is asked of a share: tiers, provisioning and NFS. */
  readonly kind?: AccountKind;
  /** Whether shares may be NFS ones; by default on every account but a standard one, which cannot have any. */
  readonly nfs?: boolean;
}

/** What an account's kind means for its shares. */
export function accountRules({ kind, nfs = kind !== "standard" }: AccountOptions): AccountRules {
  return { nfs, ...(kind && { kind }) };
}

/** The development account every Azure storage emulator knows; its key is public. */
export const developmentAccount: AccountOptions = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

/** A connection string for one account's file service at `endpoint`. */
export function connectionString(account: AccountOptions, endpoint: string): string {
  return [
    `DefaultEndpointsProtocol=${endpoint.startsWith("https:") ? "https" : "http"}`,
    `AccountName=${account.name}`,
    `AccountKey=${account.key}`,
    `FileEndpoint=${endpoint}`,
  ]
    .join(";")
    .concat(";");
}

/** What a source says of itself as a whole, beside its nodes: kept with each snapshot, for people and for whoever makes such a share anew. */
export interface ShareProperties {
  /** By the service's own names and as it writes them, such as `share-quota`: `100` (docs/azure.md lists them). */
  readonly properties: Readonly<Record<string, string>>;
  /** User-defined metadata of the share. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Stored access policies; undefined when they could not be read. They hold no secrets: a signature refers to them by id. */
  readonly accessPolicies: readonly AccessPolicy[] | undefined;
}

export interface AccessPolicy {
  readonly id: string;
  /** Times and permissions as the service writes them; undefined where a signature has to say it. */
  readonly startsAt: string | undefined;
  readonly expiresAt: string | undefined;
  readonly permissions: string | undefined;
}

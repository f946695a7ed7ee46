// Who vouches for bearer tokens. The emulator issues none: it is given an authority, asks it who a token is of, and what
// that principal may do at this moment, as roles come and go while a token lives.

export interface Principal {
  /** Entra's object id, `oid` in a token. */
  readonly objectId: string;
  readonly tenantId: string;
}

export interface TokenAuthority {
  /** Where clients shall sign in; every challenge says so. */
  readonly authorizationUri: string;
  /**
   * @param audiences what a token may be for, any one of them
   * @throws TokenRefusal
   */
  verify(token: string, audiences: readonly string[], nowMs: number): Principal;
  /** Whether a role of the principal has an action, such as `Microsoft.Storage/storageAccounts/fileServices/read`. */
  allows(principal: Principal, action: string): boolean;
}

/** Why a token is worth nothing; the message is the detail that the service answers with. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
}

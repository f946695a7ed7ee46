/**
 * The one place that touches the SDK's constructors. The SDK is loaded when a share is first opened, so that commands
 * which never do so start without it. Its own retry is off (retry.ts), trailing dots count (without that, `report.`
 * and `report` would be one file), and nothing here is reachable by inspection: clients hold SAS tokens in their URLs.
 */
import type { ShareClient, ShareServiceClient } from "@azure/storage-file-share";
import type { AzureTarget } from "./azure-url.js";
import type { SignIn } from "./credentials.js";

export interface Connection {
  readonly service: ShareServiceClient;
  readonly share: ShareClient;
}

export async function connect(target: AzureTarget, endpoint: string, signIn: SignIn): Promise<Connection> {
  const sdk = await import("@azure/storage-file-share");
  const credential =
    signIn.kind === "shared-key"
      ? new sdk.StorageSharedKeyCredential(signIn.account, signIn.key.reveal())
      : new sdk.AnonymousCredential();
  const query = signIn.kind === "sas" ? `?${signIn.token.reveal()}` : "";
  const pipeline = sdk.newPipeline(credential, {
    retryOptions: { maxTries: 1 },
    userAgentOptions: { userAgentPrefix: "sharestrata" },
  });
  const names = { allowTrailingDot: true, allowSourceTrailingDot: true };
  return {
    service: new sdk.ShareServiceClient(`${endpoint}/${query}`, pipeline, names),
    share: new sdk.ShareClient(`${endpoint}/${target.share}${query}`, pipeline, names),
  };
}

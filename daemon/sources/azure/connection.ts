/**
 * The one place that touches the SDK's constructors. The SDK is loaded when a share is first opened, so that commands
 * which never do so start without it. Its own retry is off (retry.ts), trailing dots count (without that, `report.`
 * and `report` would be one file), and nothing secret is in a client's URL: proofs come onto requests (sign-in/policy.ts).
 */
import type { ShareClient, ShareServiceClient, StoragePipelineOptions } from "@azure/storage-file-share";
import type { AzureTarget } from "./azure-url.js";
import type { SignIn } from "./credentials.js";
import { provingRequests } from "./sign-in/policy.js";

export interface Connection {
  readonly service: ShareServiceClient;
  readonly share: ShareClient;
}

/** @param ca certificates to trust besides the usual ones, as PEM */
export async function connect(target: AzureTarget, endpoint: string, signIn: SignIn, ca?: string): Promise<Connection> {
  const sdk = await import("@azure/storage-file-share");
  const credential =
    signIn.kind === "shared-key"
      ? new sdk.StorageSharedKeyCredential(signIn.account, signIn.key.reveal())
      : new sdk.AnonymousCredential();
  const options = {
    retryOptions: { maxTries: 1 },
    userAgentOptions: { userAgentPrefix: "sharestrata" },
    // Passed on to what makes the connections, though the SDK's types do not say so.
    ...(ca !== undefined && { tlsOptions: { ca } }),
  } satisfies StoragePipelineOptions & { readonly tlsOptions?: unknown };
  const pipeline = sdk.newPipeline(credential, options);
  if (signIn.kind !== "shared-key") pipeline.factories.push(provingRequests(signIn.proofs));
  const names = { allowTrailingDot: true, allowSourceTrailingDot: true };
  return {
    service: new sdk.ShareServiceClient(`${endpoint}/`, pipeline, names),
    share: new sdk.ShareClient(`${endpoint}/${target.share}`, pipeline, names),
  };
}

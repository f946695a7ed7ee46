// An authority for trying things out: believes every token whose form, audience, issuer and times are right, whoever
// signed it, and lets everybody do everything.
import { checkClaims, parseJwt } from "./jwt.js";
import { TokenRefusal, type TokenAuthority } from "./token-authority.js";

const issuers = [
  "https://sts.windows.net/",
  "https://login.microsoftonline.com/",
  "https://sts.chinacloudapi.cn/",
  "https://login.chinacloudapi.cn/",
  "https://login.microsoftonline.us/",
];

export const basicAuthority: TokenAuthority = {
  authorizationUri: "https://login.microsoftonline.com/common/oauth2/authorize",
  verify(token, audiences, nowMs) {
    const jwt = parseJwt(token);
    const { iss } = jwt.claims;
    if (typeof iss !== "string" || !issuers.some((issuer) => iss.startsWith(issuer))) {
      throw new TokenRefusal("Issuer validation failed. Issuer did not match.");
    }
    return checkClaims(jwt, audiences, nowMs);
  },
  allows: () => true,
};

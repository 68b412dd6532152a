import { createHmac } from "node:crypto";
import { constantTimeEqual } from "../lib/constant-time.ts";

/** What a site's server signs of its visitor: HMAC-SHA256 of a text, as hex. */
export function signIdentity(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/**
 * Makes the check whether a page's `identify` was signed by the site's server.
 *
 * @param secretOf The site's secret; `undefined` if there is no such site.
 */
export function createSignatureCheck(secretOf: (siteId: number) => string | undefined) {
  return (siteId: number, text: string, signature: string): boolean => {
    const secret = secretOf(siteId);
    if (secret === undefined) return false;
    return constantTimeEqual(signIdentity(secret, text), signature.toLowerCase());
  };
}

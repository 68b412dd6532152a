import { randomBytes } from "node:crypto";
import type { NewSite } from "./queries.ts";
import type { PrivacyMode } from "./site.ts";

/**
 * Makes what a new site needs: a short public key and the secret its server signs with.
 *
 * @param seal Encrypts the secret for the database.
 */
export function newSite(
  domain: string,
  privacy: PrivacyMode,
  kind: NewSite["kind"],
  seal: (text: string) => string,
): NewSite {
  return { domain, privacy, kind, key: newKey(), identifySecret: seal(newIdentifySecret()) };
}

/** 72 bits: public, but not to be guessed, so that nobody fills the sites of others by chance. */
const newKey = () => randomBytes(9).toString("base64url");

export const newIdentifySecret = () => randomBytes(32).toString("base64url");

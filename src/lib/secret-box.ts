import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts short secrets for the database. */
export interface SecretBox {
  seal(text: string): string;
  /** @returns The text; `undefined` if it was sealed with another key or was changed. */
  open(sealed: string): string | undefined;
}

/**
 * Makes a box that the installation's key opens.
 *
 * @see NIST SP 800-38D (AES-GCM); RFC 5869 for how its key is derived.
 */
export function createSecretBox(secret: string): SecretBox {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "footfall secret box 1", 32));
  return {
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      const parts = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
      return `box1.${parts.toString("base64url")}`;
    },
    open(sealed) {
      if (!sealed.startsWith("box1.")) return undefined;
      const parts = Buffer.from(sealed.slice(5), "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, parts.subarray(0, 12));
        decipher.setAuthTag(parts.subarray(12, 28));
        return decipher.update(parts.subarray(28), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return undefined;
      }
    },
  };
}

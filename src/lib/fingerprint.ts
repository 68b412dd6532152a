import { createHash } from "node:crypto";

/**
 * A short text that is the same for the same value and, but for bad luck, for no other.
 *
 * A form carries that of what it shows, so that the second of two who save is told.
 */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 16);
}

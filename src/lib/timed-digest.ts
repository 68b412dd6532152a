import { createHmac } from "node:crypto";

/** What lies before is no clock's doing; what eight digits hold ends in 2059. */
const EARLIEST_MS = Date.UTC(2020, 0);
const TIME_DIGITS = 8;
const BYTES = 12;

/**
 * Tells texts apart in 12 bytes, from which nobody without the secret can have the text again, nor
 * make two texts that are not told apart.
 *
 * Of texts that begin with the time they were made, those made one after the other have digests
 * that follow each other: an index on them grows at its end, page by full page, where digests
 * without an order would touch a page of it each and leave a third of all pages empty.
 *
 * @param text If it begins with eight digits to the base of 36 that are a time in epoch ms, it is
 *   ordered by the second; any other text is as good, but lies anywhere.
 * @returns 4 bytes of time or of digest, and 8 of digest (HMAC with SHA-256, cut off): of ten million
 *   texts made in the same second two would be alike once in 400,000 times.
 */
export function timedDigest(secret: Uint8Array, text: string): Buffer {
  const digest = createHmac("sha256", secret).update(text).digest().subarray(0, BYTES);
  const time = text.slice(0, TIME_DIGITS);
  const at = /^[\da-z]{8}$/.test(time) ? Number.parseInt(time, 36) : 0;
  if (at >= EARLIEST_MS) digest.writeUInt32BE(Math.floor(at / 1000), 0);
  return digest;
}

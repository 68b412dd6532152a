import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { asRefusal } from "./fault.ts";

const SECRET_FILE = "secret";

/**
 * Reads the installation's key from the directory.
 *
 * It seals the secrets in the database, so it lies beside it in a file of its own: who gets
 * hold of the database alone reads none of them.
 *
 * @returns `undefined` if there is none.
 * @throws {Refusal} if the file cannot be read or holds no key.
 */
export function readSecret(directory: string): string | undefined {
  const path = join(directory, SECRET_FILE);
  if (!existsSync(path)) return undefined;
  let secret: string;
  try {
    secret = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw asRefusal(error, `The installation's key ${path} cannot be read`);
  }
  if (secret.length >= 32) return secret;
  throw new Refusal("unavailable", `The installation's key ${path} is empty or cut off`);
}

export const makeSecret = () => randomBytes(32).toString("base64url");

/** Writes the installation's key; whole or not at all. */
export function keepSecret(directory: string, secret: string): void {
  const path = join(directory, SECRET_FILE);
  writeFileSync(`${path}.new`, `${secret}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** Takes back a key whose database did not come about. */
export function removeSecret(directory: string): void {
  rmSync(join(directory, SECRET_FILE), { force: true });
}

// 32 MB and about 0.1 s a try: what a passphrase needs against guessing, and a small server
// can spare. @see RFC 7914, section 2.
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** Wraps the installation's key by a passphrase, for a backup. */
export function wrapSecret(secret: string, passphrase: string): string {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", scryptSync(passphrase, salt, 32, SCRYPT), nonce);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  const parts = [salt, nonce, cipher.getAuthTag(), sealed];
  return `1.${parts.map((part) => part.toString("base64url")).join(".")}`;
}

/** @throws {Refusal} `denied`, if the passphrase is wrong or the text was changed. */
export function unwrapSecret(wrapped: string, passphrase: string): string {
  const [version, ...parts] = wrapped.split(".");
  if (version !== "1" || parts.length !== 4) {
    throw new Refusal("invalid", "The backup's key has a form this release does not know");
  }
  const [salt, nonce, tag, sealed] = parts.map((part) => Buffer.from(part, "base64url"));
  try {
    const key = scryptSync(passphrase, salt!, 32, SCRYPT);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce!);
    decipher.setAuthTag(tag!);
    return Buffer.concat([decipher.update(sealed!), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Refusal("denied", "The passphrase does not open this backup", { cause });
  }
}

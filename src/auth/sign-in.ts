import { createHash, randomBytes } from "node:crypto";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import { addSignIn, extendSignIn, findSignedIn, findUserByEmail } from "./queries.ts";
import type { User } from "./user.ts";

/** A sign-in unused for two weeks ends. */
export const SIGN_IN_MS = 14 * 24 * 60 * 60 * 1000;
/** An invitation not used within a week must be made anew. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;
/** How often the use of a sign-in is written down; each page would be a transaction. */
const NOTE_EVERY_MS = 60 * 60 * 1000;

export const hashToken = (token: string) => createHash("sha256").update(token).digest("hex");

export const hashPassword = (password: string) =>
  Bun.password.hash(password, { algorithm: "argon2id" });

// Compared when there is no such user, so that the time taken tells nothing.
let decoy: Promise<string> | undefined;

/**
 * Checks e-mail and password.
 *
 * @throws {Refusal} `unauthenticated`, in the same words and time whichever of the two is wrong.
 */
export async function checkPassword(store: Store, email: string, password: string): Promise<User> {
  const user = await findUserByEmail(store, email.trim().toLowerCase());
  decoy ??= hashPassword(randomBytes(16).toString("hex"));
  const hash = user?.passwordHash ?? (await decoy);
  const matches = await Bun.password.verify(password, hash);
  if (user?.passwordHash && matches) {
    const { passwordHash: _, ...rest } = user;
    return rest;
  }
  throw new Refusal("unauthenticated", "E-mail or password is wrong");
}

/** Signs a user in. @returns The token for the cookie; only its hash is kept. */
export async function signIn(
  write: Write,
  user: User,
  agent: string,
  now: number,
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const tokenHash = hashToken(token);
  await write((tx) =>
    addSignIn(
      tx,
      { tokenHash, userId: user.id, agent: agent.slice(0, 200), until: now + SIGN_IN_MS },
      now,
    ),
  );
  return token;
}

/** Finds who holds a token, and keeps the sign-in alive while it is used. */
export async function findUserByToken(
  store: Store,
  write: Write,
  token: string,
  now: number,
): Promise<User | undefined> {
  const tokenHash = hashToken(token);
  const found = await findSignedIn(store, tokenHash, now);
  if (!found) return undefined;
  const { seenAt, until: _, ...user } = found;
  if (now - seenAt > NOTE_EVERY_MS) {
    await write((tx) => extendSignIn(tx, tokenHash, now + SIGN_IN_MS, now));
  }
  return user;
}

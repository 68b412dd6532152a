import { and, asc, desc, eq, gt, isNotNull, isNull, lt, ne } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { apiKeys, audit, signIns, users } from "../store/schema.ts";
import type { ApiKey, Scope } from "./api-key.ts";
import type { Role, User } from "./user.ts";

const COLUMNS = {
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  zone: users.zone,
};

/** Whether anybody can sign in; if not, the way in is the setup link. */
export async function hasUsers(store: Store): Promise<boolean> {
  const rows = await store.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/** Lists users by name, with whether their invitation still waits. */
export function listUsers(store: Store) {
  return store
    .select({ ...COLUMNS, inviteUntil: users.inviteUntil, createdAt: users.createdAt })
    .from(users)
    .orderBy(asc(users.name));
}

export async function findUserByEmail(store: Store, email: string) {
  const [row] = await store
    .select({ ...COLUMNS, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, email));
  return row;
}

/** @throws {Refusal} `conflict`, if somebody has this address already. */
export async function addUser(
  tx: Store,
  user: {
    name: string;
    email: string;
    role: Role;
    passwordHash: string | null;
    inviteHash: string | null;
    inviteUntil: number | null;
  },
  now: number,
): Promise<User> {
  if (await findUserByEmail(tx, user.email)) {
    throw new Refusal("conflict", `${user.email} has an account already`);
  }
  const [added] = await tx
    .insert(users)
    .values({ ...user, createdAt: now, zone: "UTC" })
    .returning(COLUMNS);
  return added!;
}

/** Finds who an invitation is for, as long as it holds. */
export async function findInvited(store: Store, inviteHash: string, now: number) {
  const [user] = await store
    .select(COLUMNS)
    .from(users)
    .where(and(eq(users.inviteHash, inviteHash), gt(users.inviteUntil, now)));
  return user;
}

/** Sets a password; an open invitation is used up by it. */
export async function setPassword(tx: Store, userId: number, passwordHash: string) {
  await tx
    .update(users)
    .set({ passwordHash, inviteHash: null, inviteUntil: null })
    .where(eq(users.id, userId));
}

/** Invites a user anew, for a lost link or a forgotten password. */
export async function setInvitation(tx: Store, userId: number, hash: string, until: number) {
  await tx.update(users).set({ inviteHash: hash, inviteUntil: until }).where(eq(users.id, userId));
}

/** @throws {Refusal} `conflict`, if no owner would be left. */
export async function removeUser(tx: Store, userId: number): Promise<void> {
  const owners = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "owner"), ne(users.id, userId)));
  const [user] = await tx.select(COLUMNS).from(users).where(eq(users.id, userId));
  if (user?.role === "owner" && owners.length === 0) {
    throw new Refusal("conflict", "Somebody must stay the owner");
  }
  await tx.delete(users).where(eq(users.id, userId));
}

/** Finds who a sign-in belongs to, as long as it holds. */
export async function findSignedIn(store: Store, tokenHash: string, now: number) {
  const [row] = await store
    .select({ ...COLUMNS, seenAt: signIns.seenAt, until: signIns.until })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .where(and(eq(signIns.tokenHash, tokenHash), gt(signIns.until, now)));
  return row;
}

export async function addSignIn(
  tx: Store,
  signIn: { tokenHash: string; userId: number; agent: string; until: number },
  now: number,
) {
  await tx.delete(signIns).where(lt(signIns.until, now));
  await tx.insert(signIns).values({ ...signIn, createdAt: now, seenAt: now });
}

/** Notes that a sign-in is in use, and lets it live on. */
export async function extendSignIn(tx: Store, tokenHash: string, until: number, now: number) {
  await tx.update(signIns).set({ seenAt: now, until }).where(eq(signIns.tokenHash, tokenHash));
}

export async function removeSignIn(tx: Store, tokenHash: string) {
  await tx.delete(signIns).where(eq(signIns.tokenHash, tokenHash));
}

/** Ends a user's sign-ins everywhere, but for the one that is kept. */
export async function removeSignIns(tx: Store, userId: number, keep = "") {
  await tx.delete(signIns).where(and(eq(signIns.userId, userId), ne(signIns.tokenHash, keep)));
}

export function listSignIns(store: Store, userId: number, now: number) {
  return store
    .select()
    .from(signIns)
    .where(and(eq(signIns.userId, userId), gt(signIns.until, now)))
    .orderBy(asc(signIns.createdAt));
}

const KEY_COLUMNS = {
  id: apiKeys.id,
  name: apiKeys.name,
  hint: apiKeys.hint,
  scopes: apiKeys.scopes,
  siteId: apiKeys.siteId,
  createdAt: apiKeys.createdAt,
  usedAt: apiKeys.usedAt,
};

type KeyRow = Omit<ApiKey, "scopes"> & { scopes: string[] };
// Only names of scopes are written there; one that a later release took away opens nothing.
const toApiKey = (row: KeyRow): ApiKey => ({ ...row, scopes: row.scopes as Scope[] });

/** Lists the keys of programs, the newest first; or those that were removed. */
export async function listApiKeys(store: Store, removed = false): Promise<ApiKey[]> {
  const rows = await store
    .select(KEY_COLUMNS)
    .from(apiKeys)
    .where(removed ? isNotNull(apiKeys.removedAt) : isNull(apiKeys.removedAt))
    .orderBy(desc(apiKeys.id));
  return rows.map(toApiKey);
}

/**
 * Finds the key with this hash, unless it was removed.
 *
 * How long the look-up takes can tell of the hash at most, from which nobody gets to the key.
 */
export async function findApiKey(store: Store, hash: string): Promise<ApiKey | undefined> {
  const [row] = await store
    .select(KEY_COLUMNS)
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.removedAt)));
  return row && toApiKey(row);
}

export async function addApiKey(
  tx: Store,
  key: {
    name: string;
    hash: string;
    hint: string;
    scopes: Scope[];
    siteId: number | null;
    createdBy: number;
  },
  now: number,
): Promise<void> {
  await tx.insert(apiKeys).values({ ...key, createdAt: now });
}

/** Removes a key at once, or brings it back. @returns Its name; `undefined` if there is none. */
export async function setApiKeyRemoved(
  tx: Store,
  id: number,
  removedAt: number | null,
): Promise<string | undefined> {
  const [row] = await tx
    .update(apiKeys)
    .set({ removedAt })
    .where(eq(apiKeys.id, id))
    .returning({ name: apiKeys.name });
  return row?.name;
}

export async function noteApiKeyUse(tx: Store, id: number, now: number): Promise<void> {
  await tx.update(apiKeys).set({ usedAt: now }).where(eq(apiKeys.id, id));
}

/** Notes who changed what; read by owners, changed by nobody. */
export async function note(
  tx: Store,
  userId: number | null,
  action: string,
  subject: string,
  now: number,
) {
  await tx.insert(audit).values({ userId, action, subject: subject.slice(0, 300), at: now });
}

import { randomBytes } from "node:crypto";
import { Refusal } from "../lib/errors.ts";

/** What a program may do with a key; a further kind of route adds its scope here. */
export const SCOPES = [
  { name: "sites:read", label: "List the sites" },
  { name: "stats:read", label: "Ask for figures, funnels and retention" },
  { name: "events:read", label: "Export events with everything recorded of them" },
] as const;

export type Scope = (typeof SCOPES)[number]["name"];

/** What a program shows to be let in; the key itself is kept nowhere. */
export interface ApiKey {
  readonly id: number;
  readonly name: string;
  /** Its first characters, to tell keys apart. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  /** The only site it is good for; `null`: all of them. */
  readonly siteId: number | null;
  readonly createdAt: number;
  readonly usedAt: number | null;
}

// With the prefix, scanners of code find a key that was published by mistake.
const PREFIX = "ff_";
const HINT_LENGTH = PREFIX.length + 4;
const KEY = /^ff_[A-Za-z0-9_-]{43}$/;

/** Makes a key of 256 bits: what cannot be guessed needs no slow hash, and a hash can be looked up. */
export function newApiKey(): { readonly key: string; readonly hint: string } {
  const key = PREFIX + randomBytes(32).toString("base64url");
  return { key, hint: key.slice(0, HINT_LENGTH) };
}

/** Finds the key in an `Authorization` header, if it could be one. @see RFC 6750, section 2.1. */
export function bearerOf(header: string | null): string | undefined {
  const [, key] = /^bearer +(\S+) *$/i.exec(header ?? "") ?? [];
  return key !== undefined && KEY.test(key) ? key : undefined;
}

/** @throws {Refusal} `invalid`, if there is none, or one that is not known. */
export function parseScopes(input: readonly string[]): Scope[] {
  if (input.length === 0) {
    throw new Refusal("invalid", "Choose what the key may do", { field: "scopes" });
  }
  const unknown = input.find((name) => !SCOPES.some((scope) => scope.name === name));
  if (unknown !== undefined) {
    throw new Refusal("invalid", `There is no scope "${unknown.slice(0, 40)}"`, {
      field: "scopes",
    });
  }
  return SCOPES.map(({ name }) => name).filter((name) => input.includes(name));
}

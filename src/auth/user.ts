import { Refusal } from "../lib/errors.ts";

export type Role = "owner" | "admin" | "editor" | "viewer";

export const ROLES: readonly Role[] = ["owner", "admin", "editor", "viewer"];

/** Somebody who may sign in. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly zone: string;
}

export const SHORTEST_PASSWORD = 10;

/**
 * Checks a new password. Length is all that is asked for; composition rules make passwords
 * that are forgotten or written down.
 *
 * @throws {Refusal} `invalid`, if it is too short or too long.
 * @see NIST SP 800-63B, section 5.1.1.2.
 */
export function parsePassword(input: string): string {
  const length = [...input].length;
  if (length < SHORTEST_PASSWORD) {
    throw new Refusal("invalid", `Choose a password of at least ${SHORTEST_PASSWORD} characters`, {
      field: "password",
    });
  }
  if (length <= 256) return input;
  throw new Refusal("invalid", "A password may have 256 characters at most", {
    field: "password",
  });
}

/** @throws {Refusal} `invalid`, if there is no name. */
export function parseName(input: string): string {
  const name = input.trim().slice(0, 100);
  if (name !== "") return name;
  throw new Refusal("invalid", "Enter a name", { field: "name" });
}

/** @throws {Refusal} `invalid`, if it is no role. */
export function parseRole(input: string): Role {
  const role = ROLES.find((known) => known === input);
  if (role) return role;
  throw new Refusal("invalid", `Choose one of ${ROLES.join(", ")}, not "${input}"`);
}

/** Whether a role may do what needs another: each may all that those below it may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

import { Elysia } from "elysia";
import type { App } from "../app.ts";
import { findUserByToken } from "../auth/sign-in.ts";
import { mayActAs, type Role } from "../auth/user.ts";
import { Refusal } from "../lib/errors.ts";
import { signInToken } from "./cookies.ts";
import { refuseOtherOrigins } from "./same-origin.ts";

const READING = new Set(["GET", "HEAD"]);

/**
 * Refuses whoever has no session, and hands `user` to the routes; viewers may look only.
 *
 * `scoped` carries the check to the plugin that uses this one; Elysia's default would guard
 * only the routes of this plugin, which has none. And `derive` runs before validation, so that
 * strangers learn nothing from its messages. The body has been read by then: its size is
 * limited at the server.
 *
 * @param mayChange Who may change something: one's own account is everybody's.
 */
export const signedIn = (
  { config, store, write, now }: App,
  mayChange: Extract<Role, "editor" | "viewer"> = "editor",
) =>
  new Elysia({ name: `signed-in as ${mayChange}` }).derive(
    { as: "scoped" },
    async ({ request }) => {
      const token = signInToken(config, request);
      const user = token && (await findUserByToken(store, write, token, now()));
      if (!user) throw new Refusal("unauthenticated", "Sign in first");
      refuseOtherOrigins(request);
      if (!READING.has(request.method) && !mayActAs(user.role, mayChange)) {
        throw new Refusal("denied", "Your role may look at everything, but change nothing");
      }
      return { user };
    },
  );

/** @throws {Refusal} `denied`, if the user's role is below the one needed. */
export function refuseBelow(
  user: { role: Parameters<typeof mayActAs>[0] },
  needed: "owner" | "admin",
) {
  if (mayActAs(user.role, needed)) return;
  throw new Refusal("denied", `This needs the role ${needed}: ask an owner`);
}

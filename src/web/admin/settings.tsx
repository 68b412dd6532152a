import { randomBytes } from "node:crypto";
import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import {
  addUser,
  listSignIns,
  listUsers,
  note,
  removeSignIns,
  removeUser,
  setInvitation,
  setPassword,
} from "../../auth/queries.ts";
import { checkPassword, hashPassword, hashToken, INVITATION_MS } from "../../auth/sign-in.ts";
import { mayActAs, parseName, parsePassword, parseRole, type User } from "../../auth/user.ts";
import { parseEmail } from "../../contacts/contact.ts";
import { Refusal } from "../../lib/errors.ts";
import { AccountPage, TeamPage } from "../../../views/settings.tsx";
import { signInCookie, signInToken } from "../cookies.ts";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { createGuessLimit } from "../guess-limit.ts";
import { viewerZone } from "../viewer.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 1000 });

/** `/admin/settings`: one's own account, and the team. */
export const adminSettings = (app: App) => {
  const { config, store, write, now } = app;
  const guesses = createGuessLimit();

  const account = async (request: Request, user: User, error?: string) => {
    const mine = hashToken(signInToken(config, request) ?? "");
    const signIns = (await listSignIns(store, user.id, now())).map((row) => ({
      agent: row.agent,
      seenAt: row.seenAt,
      isThis: row.tokenHash === mine,
    }));
    const props = { user, signIns, zone: viewerZone(request), error, notice: noticeOf(request) };
    return page(<AccountPage {...props} />, error === undefined ? 200 : 422);
  };

  const team = async (
    request: Request,
    user: User,
    more: Partial<Parameters<typeof TeamPage>[0]> = {},
  ) => {
    const props = {
      users: await listUsers(store),
      me: user,
      mayChange: mayActAs(user.role, "admin"),
      notice: noticeOf(request),
      ...more,
    };
    return page(<TeamPage {...props} />, more.error === undefined ? 200 : 422);
  };

  const invitation = () => {
    const token = randomBytes(24).toString("base64url");
    return {
      hash: hashToken(token),
      until: now() + INVITATION_MS,
      link: `${config.url}/invitation?token=${token}`,
    };
  };

  return (
    new Elysia({ prefix: "/settings" })
      // One's own account is everybody's; what is the team's asks for its role itself.
      .use(signedIn(app, "viewer"))

      .get("/", ({ request, user }) => account(request, user))

      .post(
        "/password",
        async ({ request, user, body: { current, password } }) => {
          try {
            guesses.refuse(`user ${user.id}`, now());
            const hash = await hashPassword(parsePassword(password));
            await checkPassword(store, user.email, current);
            await write(async (tx) => {
              await setPassword(tx, user.id, hash);
              await removeSignIns(tx, user.id, hashToken(signInToken(config, request) ?? ""));
              await note(tx, user.id, "changed password", "", now());
            });
          } catch (error) {
            if (!(error instanceof Refusal) || error.kind === "limited") throw error;
            const wrong = error.kind === "unauthenticated";
            return account(request, user, wrong ? "This is not your password" : error.message);
          }
          return redirect(request, "/admin/settings?notice=password-changed");
        },
        { body: t.Object({ current: text, password: text }) },
      )

      .post("/sign-out-everywhere", async ({ request, user }) => {
        await write((tx) => removeSignIns(tx, user.id));
        return redirect(request, "/login", signInCookie(config, undefined));
      })

      .get("/team", ({ request, user }) => team(request, user))

      .post(
        "/team",
        async ({ request, user, body }) => {
          refuseBelow(user, "admin");
          const { hash, until, link } = invitation();
          try {
            const name = parseName(body.name);
            const email = parseEmail(body.email);
            const role = parseRole(body.role);
            if (role === "owner") refuseBelow(user, "owner");
            await write(async (tx) => {
              await addUser(
                tx,
                { name, email, role, passwordHash: null, inviteHash: hash, inviteUntil: until },
                now(),
              );
              await note(tx, user.id, "invited user", `${email} as ${role}`, now());
            });
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return team(request, user, { values: body, error: error.message });
          }
          return team(request, user, { invitation: { name: body.name, link } });
        },
        { body: t.Object({ name: text, email: text, role: text }) },
      )

      .post(
        "/team/:id",
        async ({ request, user, params: { id }, body }) => {
          refuseBelow(user, "admin");
          const other = (await listUsers(store)).find((known) => known.id === rowId(id));
          if (!other) throw new Refusal("missing", "There is no such user");
          if (other.role === "owner") refuseBelow(user, "owner");
          if (body.do === "remove") {
            await write(async (tx) => {
              await removeUser(tx, other.id);
              await note(tx, user.id, "removed user", other.email, now());
            });
            return redirect(request, "/admin/settings/team?notice=user-removed");
          }
          const { hash, until, link } = invitation();
          await write(async (tx) => {
            await setInvitation(tx, other.id, hash, until);
            await note(tx, user.id, "made new invitation", other.email, now());
          });
          return team(request, user, { invitation: { name: other.name, link } });
        },
        { body: t.Object({ do: text }) },
      )
  );
};

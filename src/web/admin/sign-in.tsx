import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import {
  addUser,
  findInvited,
  hasUsers,
  note,
  removeSignIn,
  removeSignIns,
  setPassword,
} from "../../auth/queries.ts";
import { checkPassword, hashPassword, hashToken, signIn } from "../../auth/sign-in.ts";
import { parseName, parsePassword, SHORTEST_PASSWORD, type User } from "../../auth/user.ts";
import { parseEmail } from "../../contacts/contact.ts";
import { Refusal } from "../../lib/errors.ts";
import { addressPrefix } from "../../lib/rate-limiter.ts";
import { constantTimeEqual } from "../../lib/constant-time.ts";
import {
  InvitationPage,
  LoginPage,
  SetupClosedPage,
  SetupFirstPage,
  SetupPage,
} from "../../../views/sign-in.tsx";
import { signInCookie, signInToken } from "../cookies.ts";
import { page, redirect } from "../page.ts";
import { refuseOtherOrigins } from "../same-origin.ts";
import { createGuessLimit } from "../guess-limit.ts";
import { addressOf } from "../sender.ts";

const text = t.String({ maxLength: 1000 });

/** `/setup`, `/login`, `/invitation` and `/logout`: plain HTTP, no script needed. */
export const adminSignIn = (app: App) => {
  const { config, store, write, now, setupToken } = app;
  const guesses = createGuessLimit();
  const limit = (request: Request) =>
    guesses.refuse(addressPrefix(addressOf(request, app.trust)), now());
  const welcome = async (request: Request, user: User, next = "/admin") => {
    const agent = request.headers.get("user-agent") ?? "";
    const token = await signIn(write, user, agent, now());
    return redirect(request, next, signInCookie(config, token));
  };
  const mayBeSetUp = async (token: string) =>
    constantTimeEqual(token, setupToken) && !(await hasUsers(store));

  return new Elysia()
    .onBeforeHandle(({ request }) => refuseOtherOrigins(request))

    .get("/", ({ request }) => redirect(request, "/admin"))

    .get("/setup", async ({ query: { token = "" } }) => {
      if (!(await mayBeSetUp(token))) return page(<SetupClosedPage />, 403);
      return page(<SetupPage token={token} shortestPassword={SHORTEST_PASSWORD} />);
    })

    .post(
      "/setup",
      async ({ request, body }) => {
        limit(request);
        if (!(await mayBeSetUp(body.token))) return page(<SetupClosedPage />, 403);
        try {
          const name = parseName(body.name);
          const email = parseEmail(body.email);
          const passwordHash = await hashPassword(parsePassword(body.password));
          const user = await write(async (tx) => {
            // Looked at again: two setups may have been sent at the same moment.
            if (await hasUsers(tx)) throw new Refusal("conflict", "There is an owner already");
            const owner = { name, email, role: "owner" as const, passwordHash };
            return addUser(tx, { ...owner, inviteHash: null, inviteUntil: null }, now());
          });
          return await welcome(request, user);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return page(
            <SetupPage
              token={body.token}
              values={body}
              error={error.message}
              field={error.field}
              shortestPassword={SHORTEST_PASSWORD}
            />,
            422,
          );
        }
      },
      { body: t.Object({ token: text, name: text, email: text, password: text }) },
    )

    .get("/login", async ({ query: { next } }) =>
      (await hasUsers(store)) ? page(<LoginPage next={next} />) : page(<SetupFirstPage />),
    )

    .post(
      "/login",
      async ({ request, body: { email, password, next } }) => {
        limit(request);
        // From many addresses at one account, too.
        guesses.refuse(`account ${email.trim().toLowerCase()}`, now());
        try {
          const user = await checkPassword(store, email, password);
          await write((tx) => note(tx, user.id, "signed in", "", now()));
          return await welcome(request, user, ownPath(next));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          app.log.info("a sign-in was refused: e-mail or password is wrong");
          return page(<LoginPage email={email} error={error.message} next={next} />, 422);
        }
      },
      { body: t.Object({ email: text, password: text, next: t.Optional(text) }) },
    )

    .get("/invitation", async ({ query: { token = "" } }) => {
      const user = await findInvited(store, hashToken(token), now());
      if (!user) throw usedUp();
      return page(
        <InvitationPage token={token} name={user.name} shortestPassword={SHORTEST_PASSWORD} />,
      );
    })

    .post(
      "/invitation",
      async ({ request, body: { token, password } }) => {
        limit(request);
        const user = await findInvited(store, hashToken(token), now());
        if (!user) throw usedUp();
        try {
          const passwordHash = await hashPassword(parsePassword(password));
          await write(async (tx) => {
            // Looked at again: it may have been used while this password was hashed.
            if (!(await findInvited(tx, hashToken(token), now()))) throw usedUp();
            await setPassword(tx, user.id, passwordHash);
            // Whoever had the old password is signed out.
            await removeSignIns(tx, user.id);
          });
        } catch (error) {
          if (!(error instanceof Refusal) || error.kind === "missing") throw error;
          return page(
            <InvitationPage
              token={token}
              name={user.name}
              error={error.message}
              shortestPassword={SHORTEST_PASSWORD}
            />,
            422,
          );
        }
        return welcome(request, user);
      },
      { body: t.Object({ token: text, password: text }) },
    )

    .post("/logout", async ({ request }) => {
      const token = signInToken(config, request);
      if (token) await write((tx) => removeSignIn(tx, hashToken(token)));
      return redirect(request, "/login", signInCookie(config, undefined));
    });
};

const usedUp = () => new Refusal("missing", "This invitation was used or has expired");

/** Leads on to a page of the admin and nowhere else; a header takes visible ASCII only. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/admin(?:[/?][\x21-\x7e]*)?$/.test(next) ? next : "/admin";
}

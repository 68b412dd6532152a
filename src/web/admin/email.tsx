import { randomBytes } from "node:crypto";
import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs, type User } from "../../auth/user.ts";
import { parseAccount } from "../../channels/email/account.ts";
import { createEmailChannel } from "../../channels/email/email.ts";
import { parseEmail } from "../../contacts/contact.ts";
import { Refusal } from "../../lib/errors.ts";
import { fingerprint } from "../../lib/fingerprint.ts";
import { Notice } from "../../../views/parts/notice.tsx";
import { EmailSettingsPage, type EmailValues } from "../../../views/settings.tsx";
import { fragment, page, redirect } from "../page.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 500 });
const EMPTY: EmailValues = {
  host: "",
  port: "587",
  security: "starttls",
  user: "",
  fromName: "",
  fromAddress: "",
};

/** `/admin/settings/email`: the mail server, with a test. */
export const adminEmail = (app: App) => {
  const { write, now, mailAccount, acting } = app;

  /** What of the account a form shows; the password is never among it. */
  const seen = () => fingerprint({ ...mailAccount.current(), password: "" });

  const show = (request: Request, user: User, values: EmailValues, error?: Refusal) =>
    page(
      <EmailSettingsPage
        values={values}
        hasPassword={(mailAccount.current()?.password ?? "") !== ""}
        fixed={mailAccount.isFixed}
        mayChange={mayActAs(user.role, "admin")}
        myEmail={user.email}
        seen={seen()}
        error={error?.message}
        field={error?.field}
        notice={noticeOf(request)}
      />,
      error === undefined ? 200 : 422,
    );

  return new Elysia({ prefix: "/settings/email" })
    .use(signedIn(app))

    .get("/", ({ request, user }) => {
      const account = mailAccount.current();
      const values = account ? { ...account, port: String(account.port) } : EMPTY;
      return show(request, user, values);
    })

    .post(
      "/",
      async ({ request, user, body }) => {
        refuseBelow(user, "admin");
        if (mailAccount.isFixed) {
          throw new Refusal("conflict", "The environment sets the mail server (FOOTFALL_SMTP_URL)");
        }
        try {
          // A password is never shown, so an empty field means: the same as before. But not for
          // another server, to which whoever may change settings could have it sent.
          const before = mailAccount.current();
          const same = before?.host === body.host.trim();
          const password = body.password || (same ? (before?.password ?? "") : "");
          const account = parseAccount({ ...body, password });
          await write(async (tx) => {
            if (body.seen !== undefined && body.seen !== seen()) {
              throw new Refusal(
                "conflict",
                "Somebody else changed the mail server meanwhile: save again to put yours in its place",
              );
            }
            await mailAccount.keep(tx, account);
            await note(tx, user.id, "changed mail server", account.host, now());
          });
          await mailAccount.reload();
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return show(request, user, body, error);
        }
        acting.retry();
        return redirect(request, "/admin/settings/email?notice=saved");
      },
      {
        body: t.Object({
          host: text,
          port: text,
          security: text,
          user: text,
          password: text,
          fromName: text,
          fromAddress: text,
          seen: t.Optional(text),
        }),
      },
    )

    .post(
      "/test",
      async ({ user, body }) => {
        refuseBelow(user, "admin");
        const account = mailAccount.current();
        if (!account) {
          return fragment(<Notice bad>Save a mail server first</Notice>, 422);
        }
        const to = parseEmail(body.to);
        const channel = createEmailChannel(() => account);
        const sent = await channel.send({
          key: "test",
          publicId: `test.${randomBytes(9).toString("base64url")}`,
          recipient: to,
          payload: {
            subject: "A test from Footfall",
            text: `This mail came over ${account.host}. Your flows can send.\n`,
            html: `<p>This mail came over ${account.host}. Your flows can send.</p>`,
          },
        });
        channel.stop();
        if (sent.outcome === "sent") {
          return fragment(<Notice>{`The server took it. Look into ${to}.`}</Notice>);
        }
        return fragment(<Notice bad>{`It was not sent: ${sent.reason}`}</Notice>, 422);
      },
      { body: t.Object({ to: text }) },
    );
};

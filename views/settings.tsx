import type { ComponentChildren } from "preact";
import type { Role, User } from "../src/auth/user.ts";
import { Code } from "./parts/code.tsx";
import { Field, Select } from "./parts/field.tsx";
import { SettingsFrame } from "./parts/settings-frame.tsx";
import { Time } from "./parts/time.tsx";

interface AccountProps {
  readonly user: User;
  readonly signIns: readonly {
    readonly agent: string;
    readonly seenAt: number;
    readonly isThis: boolean;
  }[];
  readonly zone: string;
  readonly error?: string;
  readonly notice?: ComponentChildren;
}

/** One's own account. */
export const AccountPage = ({ user, signIns, zone, error, notice }: AccountProps) => (
  <SettingsFrame tab="account" notice={notice}>
    <div class="two">
      <form class="panel pad" method="post" action="/admin/settings/password">
        <h2>{user.name}</h2>
        <p class="muted">
          {user.email} · {user.role}
        </p>
        <Field
          name="current"
          label="Current password"
          type="password"
          required
          autocomplete="current-password"
          error={error}
        />
        <Field
          name="password"
          label="New password"
          type="password"
          required
          autocomplete="new-password"
          help="Signs you out everywhere else."
        />
        <div>
          <button class="btn main">Change the password</button>
        </div>
      </form>
      <section class="panel pad">
        <h2>Where you are signed in</h2>
        <table>
          <tbody>
            {signIns.map((signIn) => (
              <tr>
                <td class="small">
                  {signIn.agent || "Unknown browser"}{" "}
                  {signIn.isThis && <span class="pill good">This one</span>}
                </td>
                <td class="small muted">
                  <Time at={signIn.seenAt} zone={zone} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <form method="post" action="/admin/settings/sign-out-everywhere">
          <button class="btn bad">Sign out everywhere</button>
        </form>
      </section>
    </div>
  </SettingsFrame>
);

interface TeamProps {
  readonly users: readonly (User & { readonly inviteUntil: number | null })[];
  readonly me: User;
  readonly mayChange: boolean;
  readonly values?: { readonly name: string; readonly email: string; readonly role: string };
  readonly error?: string;
  readonly invitation?: { readonly name: string; readonly link: string };
  readonly notice?: ComponentChildren;
}

const ROLE_NAMES: readonly (readonly [Role, string])[] = [
  ["owner", "Owner: everything"],
  ["admin", "Admin: everything but owners"],
  ["editor", "Editor: events, contacts and flows"],
  ["viewer", "Viewer: may look only"],
];

/** Who may sign in. */
export const TeamPage = ({
  users,
  me,
  mayChange,
  values,
  error,
  invitation,
  notice,
}: TeamProps) => (
  <SettingsFrame tab="team" notice={notice}>
    {invitation && (
      <section class="panel pad">
        <h2>Send this link to {invitation.name}</h2>
        <p class="muted">It is good once, for 7 days, and is not shown again.</p>
        <Code id="invitation" text={invitation.link} />
      </section>
    )}
    <div class="two">
      <section class="panel scroll">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Role</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr>
                <td>
                  {user.name} <p class="muted small">{user.email}</p>
                </td>
                <td>
                  {user.role} {user.inviteUntil !== null && <span class="pill warn">Invited</span>}
                </td>
                <td class="right">
                  {mayChange && user.id !== me.id && (
                    <form class="row-of" method="post" action={`/admin/settings/team/${user.id}`}>
                      <button class="btn" name="do" value="invite">
                        New link
                      </button>
                      <button class="btn bad" name="do" value="remove">
                        Remove
                      </button>
                    </form>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {mayChange && (
        <form class="panel pad" method="post" action="/admin/settings/team">
          <h2>Invite somebody</h2>
          <Field name="name" label="Name" value={values?.name} required />
          <Field
            name="email"
            label="E-mail"
            type="email"
            value={values?.email}
            required
            error={error}
          />
          <Select
            name="role"
            label="Role"
            value={values?.role ?? "editor"}
            options={ROLE_NAMES.filter(([role]) => me.role === "owner" || role !== "owner")}
          />
          <div>
            <button class="btn main">Make an invitation</button>
          </div>
        </form>
      )}
    </div>
  </SettingsFrame>
);

export interface EmailValues {
  readonly host: string;
  readonly port: string;
  readonly security: string;
  readonly user: string;
  readonly fromName: string;
  readonly fromAddress: string;
}

interface EmailProps {
  readonly values: EmailValues;
  readonly hasPassword: boolean;
  /** Set by the environment: shown, not changed here. */
  readonly fixed: boolean;
  readonly mayChange: boolean;
  readonly myEmail: string;
  /** Stands for what is shown, to tell whether somebody saved meanwhile. */
  readonly seen: string;
  readonly error?: string | undefined;
  /** The field that the error is about; undefined: all of it. */
  readonly field?: string | undefined;
  readonly notice?: ComponentChildren;
}

/** The mail server. */
export const EmailSettingsPage = (props: EmailProps) => {
  const { values, hasPassword, fixed, mayChange, myEmail, seen, error, field, notice } = props;
  const errorAt = (name: string) => (field === name ? error : undefined);
  return (
    <SettingsFrame tab="email" notice={notice}>
      <div class="two">
        <form class="panel pad" method="post" action="/admin/settings/email">
          <h2>Mail server (SMTP)</h2>
          {fixed && (
            <p class="note">
              Set by FOOTFALL_SMTP_URL. Remove that setting to change the server here.
            </p>
          )}
          {error && field === undefined && (
            <p class="error" role="alert">
              {error}
            </p>
          )}
          <input type="hidden" name="seen" value={seen} />
          <Field
            name="host"
            label="Host"
            value={values.host}
            error={errorAt("host")}
            placeholder="smtp.example.com"
          />
          <Field
            name="port"
            label="Port"
            type="number"
            value={values.port}
            error={errorAt("port")}
          />
          <Select
            name="security"
            label="Encryption"
            value={values.security}
            options={[
              ["starttls", "STARTTLS (usual, port 587)"],
              ["tls", "TLS from the start (port 465)"],
              ["none", "None: only within your own network"],
            ]}
          />
          <Field name="user" label="User" value={values.user} autocomplete="off" />
          <Field
            name="password"
            label="Password"
            type="password"
            autocomplete="new-password"
            help={hasPassword ? "One is set. Leave this empty to keep it." : undefined}
          />
          <Field name="fromName" label="Sender's name" value={values.fromName} />
          <Field
            name="fromAddress"
            label="Sender's address"
            type="email"
            value={values.fromAddress}
            error={errorAt("fromAddress")}
            placeholder="shop@example.com"
          />
          <div>
            <button class="btn main" disabled={fixed || !mayChange}>
              Save
            </button>
          </div>
        </form>
        <section class="panel pad">
          <h2>Send a test</h2>
          <p class="muted">With the settings as they are saved.</p>
          <form
            class="stack"
            hx-post="/admin/settings/email/test"
            hx-target="#test-result"
            hx-swap="innerHTML"
          >
            <Field name="to" label="To" type="email" value={myEmail} required />
            <div>
              <button class="btn">Send a test</button>
            </div>
          </form>
          <div id="test-result" aria-live="polite" />
        </section>
      </div>
    </SettingsFrame>
  );
};

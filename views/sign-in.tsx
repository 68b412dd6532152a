import { PlainLayout } from "./layout.tsx";
import { Field } from "./parts/field.tsx";
import { Notice } from "./parts/notice.tsx";

interface SetupProps {
  readonly token: string;
  readonly values?: { readonly name: string; readonly email: string };
  readonly error?: string;
  /** The field that the error is about; undefined: all of it. */
  readonly field?: string | undefined;
  readonly shortestPassword: number;
}

/** The first start: makes the owner's account. */
export const SetupPage = ({ token, values, error, field, shortestPassword }: SetupProps) => (
  <PlainLayout title="Set up">
    <form class="panel pad" method="post" action="/setup">
      <h1>Welcome</h1>
      <p class="muted">Make the owner's account. Nobody else can sign in until you invite them.</p>
      {error && field === undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <input type="hidden" name="token" value={token} />
      <Field
        name="name"
        label="Your name"
        value={values?.name}
        error={field === "name" ? error : undefined}
        required
        autocomplete="name"
      />
      <Field
        name="email"
        label="E-mail"
        type="email"
        value={values?.email}
        error={field === "email" ? error : undefined}
        required
        autocomplete="username"
      />
      <Field
        name="password"
        label="Password"
        type="password"
        error={field === "password" ? error : undefined}
        required
        minlength={shortestPassword}
        autocomplete="new-password"
        help={`At least ${shortestPassword} characters. A short sentence works well.`}
      />
      <button class="btn main">Make the account</button>
    </form>
  </PlainLayout>
);

/** Where the setup link does not hold. */
export const SetupClosedPage = () => (
  <PlainLayout title="Set up">
    <div class="panel pad">
      <h1>This link does not hold</h1>
      <p>
        The setup link is good once, and a new one is made at each start. It stands on the console
        of the server. If an account exists already, <a href="/login">sign in</a>.
      </p>
    </div>
  </PlainLayout>
);

/** What stands in the way of the sign-in page while nobody can sign in. */
export const SetupFirstPage = () => (
  <PlainLayout title="Set up">
    <div class="panel pad">
      <h1>Footfall is running</h1>
      <p>
        Nobody can sign in yet. Open the setup link that stands on the console of the server: it
        makes the owner's account. In a container it is in the log.
      </p>
    </div>
  </PlainLayout>
);

/** The same, where the form is still on the screen. */
export const SignedOutNotice = () => (
  <Notice bad>
    You are not signed in any more. Nothing is lost:{" "}
    <a href="/login" target="_blank" rel="noopener">
      sign in, in another tab
    </a>
    , come back and do it again.
  </Notice>
);

/** Where a form went that was sent after its sign-in had ended. */
export const SignedOutPage = () => (
  <PlainLayout title="Sign in first">
    <div class="panel pad">
      <h1>You are not signed in any more</h1>
      <p>Nothing is lost: what you sent is still in this tab.</p>
      <ol>
        <li>
          <a href="/login" target="_blank" rel="noopener">
            Sign in, in another tab
          </a>
        </li>
        <li>Come back to this one, reload it, and let the browser send the form again.</li>
      </ol>
    </div>
  </PlainLayout>
);

interface LoginProps {
  readonly email?: string;
  readonly error?: string;
  readonly next?: string;
}

/** Sign in. */
export const LoginPage = ({ email, error, next }: LoginProps) => (
  <PlainLayout title="Sign in">
    <form class="panel pad" method="post" action="/login">
      <h1>Sign in</h1>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {next && <input type="hidden" name="next" value={next} />}
      <Field
        name="email"
        label="E-mail"
        type="email"
        value={email}
        required
        autocomplete="username"
      />
      <Field
        name="password"
        label="Password"
        type="password"
        required
        autocomplete="current-password"
      />
      <button class="btn main">Sign in</button>
    </form>
  </PlainLayout>
);

interface InvitationProps {
  readonly token: string;
  readonly name: string;
  readonly error?: string;
  readonly shortestPassword: number;
}

/** Somebody who was invited sets a password. */
export const InvitationPage = ({ token, name, error, shortestPassword }: InvitationProps) => (
  <PlainLayout title="Set a password">
    <form class="panel pad" method="post" action="/invitation">
      <h1>Hello {name}</h1>
      <p class="muted">Set the password you will sign in with.</p>
      <input type="hidden" name="token" value={token} />
      <Field
        name="password"
        label="Password"
        type="password"
        required
        error={error}
        minlength={shortestPassword}
        autocomplete="new-password"
        help={`At least ${shortestPassword} characters`}
      />
      <button class="btn main">Set the password</button>
    </form>
  </PlainLayout>
);

/** Something that cannot be shown, and why. */
export const MessagePage = ({
  title,
  message,
  back,
}: {
  title: string;
  message: string;
  back?: string;
}) => (
  <PlainLayout title={title}>
    <div class="panel pad">
      <h1>{title}</h1>
      <p>{message}</p>
      {back && (
        <p>
          <a class="btn" href={back}>
            Go back
          </a>
        </p>
      )}
    </div>
  </PlainLayout>
);

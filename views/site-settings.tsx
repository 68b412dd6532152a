import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Code } from "./parts/code.tsx";
import { Field } from "./parts/field.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { PrivacyChoice } from "./sites.tsx";

interface Props {
  readonly site: Site;
  /** Stands for what is shown, to tell whether somebody saved meanwhile. */
  readonly seen: string;
  readonly furtherDomains?: string;
  readonly error?: string;
  readonly removeError?: string;
  /** Shown only when asked for. */
  readonly secret?: string | undefined;
  readonly notice?: ComponentChildren;
}

/** What the owner decides about a site. */
export const SiteSettingsPage = ({
  site,
  seen,
  furtherDomains,
  error,
  removeError,
  secret,
  notice,
}: Props) => (
  <Layout title={`Settings of ${site.domain}`} place="sites" notice={notice}>
    <header class="top">
      <h1>{site.domain}</h1>
    </header>
    <SiteTabs siteKey={site.key} tab="settings" />
    <div class="two">
      <form class="panel pad" method="post" action={`/admin/sites/${site.key}/settings`}>
        <h2>Domains and privacy</h2>
        <input type="hidden" name="seen" value={seen} />
        <Field
          name="further"
          label="Further domains"
          value={furtherDomains ?? site.furtherDomains.join(", ")}
          error={error}
          help={`Events come from ${site.domain} and all names below it. Name others here, separated by commas.`}
        />
        <PrivacyChoice value={site.privacy} />
        <fieldset class="field">
          <legend>What the pixel measures</legend>
          <label class="choice" for="engagement">
            <input
              id="engagement"
              type="checkbox"
              name="engagement"
              value="on"
              checked={site.engagement}
            />
            <span>
              <b>Engaged time and scroll depth</b>
              <span class="muted small">
                How long a page is looked at and how far it is seen, told when it is left. Without
                it the pixel is 0.3 KB smaller and sends no more than views and events.
              </span>
            </span>
          </label>
        </fieldset>
        <p>
          <a href={`/admin/sites/${site.key}/keep`}>How long events are kept</a>
        </p>
        <div>
          <button class="btn main">Save</button>
        </div>
      </form>
      <div class="stack">
        <section class="panel pad">
          <h2>Identification secret</h2>
          <p class="muted">
            Your server signs who a visitor is with it: the e-mail address in lower case (an id as{" "}
            <code>id:42</code>), HMAC-SHA256, as hex. Only a signed <code>identify</code> makes a
            contact that messages are sent to.
          </p>
          {secret === undefined ? (
            <form method="post" action={`/admin/sites/${site.key}/secret`}>
              <button class="btn" name="do" value="show">
                Show the secret
              </button>
            </form>
          ) : (
            <>
              <Code id="secret" text={secret} />
              <Code
                id="sign-code"
                text={`// on your server, in Node.js\nimport { createHmac } from 'node:crypto'\nconst signature = createHmac('sha256', process.env.FOOTFALL_IDENTIFY_SECRET)\n  .update(email.trim().toLowerCase()).digest('hex')\n\n// in the page\nfootfall('identify', { email }, { signature })`}
              />
              <details>
                <summary>Make a new secret</summary>
                <form class="stack" method="post" action={`/admin/sites/${site.key}/secret`}>
                  <p class="muted">
                    From then on calls signed with this one are refused: your server must have the
                    new one first thing. This cannot be undone.
                  </p>
                  <div>
                    <button class="btn bad" name="do" value="renew">
                      Replace the secret now
                    </button>
                  </div>
                </form>
              </details>
            </>
          )}
        </section>
        <form class="panel pad" method="post" action={`/admin/sites/${site.key}/remove`}>
          <h2>Remove this site</h2>
          <p class="muted">
            Nothing more is recorded. Its data is kept, and removing can be undone.
          </p>
          <Field
            name="confirm"
            label={`Type ${site.domain} to remove it`}
            error={removeError}
            required
          />
          <div>
            <button class="btn bad">Remove</button>
          </div>
        </form>
      </div>
    </div>
  </Layout>
);

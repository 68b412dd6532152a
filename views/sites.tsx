import type { ComponentChildren } from "preact";
import type { PrivacyMode, Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Removed } from "./parts/removed.tsx";
import { plural } from "./parts/text.ts";

/** What came in that belongs to no site. */
export interface Stray {
  readonly reason: string;
  readonly count: number;
  readonly detail: string;
}

interface Props {
  readonly sites: readonly Site[];
  readonly domain?: string;
  readonly privacy?: string;
  readonly error?: string;
  /** Sites that were removed and can be brought back. */
  readonly removed?: readonly { readonly key: string; readonly domain: string }[];
}

export const PRIVACY: readonly (readonly [PrivacyMode, string, string])[] = [
  [
    "consent",
    "Ask for consent",
    "Counts without storing anything, until your consent banner says yes; then it recognises visitors who return.",
  ],
  [
    "cookieless",
    "Cookieless",
    "Stores nothing in the browser. A visitor is recognised for a day and never after.",
  ],
  [
    "storage",
    "Storage",
    "Keeps a random id in the browser, so that visitors who return are recognised. You must be allowed to.",
  ],
  ["strict", "Strict", "Sends nothing at all until your consent banner says yes."],
];

/** The list of sites with its form. */
export const SitesPage = ({
  notice,
  strays = [],
  ...props
}: Props & { notice?: ComponentChildren; strays?: readonly Stray[] }) => (
  <Layout title="Sites" place="sites" notice={notice}>
    <header class="top">
      <h1>Sites</h1>
    </header>
    <SitesPanel {...props} />
    <Removed
      what="site"
      items={(props.removed ?? []).map(({ key, domain }) => ({
        name: domain,
        restore: `/admin/sites/${key}/restore`,
      }))}
    />
    {strays.map(({ reason, count: times, detail }) => (
      <p class="note">
        {`In the last 30 days ${plural(times, "request")} came for a key that no site has (${reason}; the last: ${detail}). A page may still have the snippet of a site that was removed.`}
      </p>
    ))}
  </Layout>
);

/** The list with its form; a refused form comes back with what is wrong. */
export const SitesPanel = ({ sites, domain = "", privacy = "consent", error }: Props) => (
  <section id="sites" class="two" hx-target:inherited="#sites" hx-swap:inherited="outerHTML">
    <div class="panel scroll">
      {sites.length === 0 && <p class="empty muted">No site yet. Add the first one here.</p>}
      {sites.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Site</th>
              <th>Privacy</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {sites.map((site) => (
              <tr>
                <td>
                  <a href={`/admin/sites/${site.key}`}>{site.domain}</a>
                </td>
                <td class="muted">{site.privacy}</td>
                <td>
                  {site.firstEventAt === null ? (
                    <a class="pill warn" href={`/admin/sites/${site.key}/install`}>
                      Waiting for the first event
                    </a>
                  ) : (
                    <span class="pill good">Recording</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
    <form class="panel pad" hx-post="/admin/sites" method="post" action="/admin/sites">
      <h2>Add a website</h2>
      <div class="field">
        <label for="domain">Domain</label>
        <input
          id="domain"
          name="domain"
          value={domain}
          placeholder="shop.example"
          aria-invalid={error !== undefined}
          aria-describedby={error ? "domain-error" : undefined}
          autocapitalize="none"
          spellcheck={false}
        />
        {error && (
          <small class="error" role="alert" id="domain-error">
            {error}
          </small>
        )}
      </div>
      <PrivacyChoice value={privacy} />
      <div>
        <button class="btn main">Add site</button>
      </div>
    </form>
  </section>
);

/** How private visits of a site are, each in a plain sentence. */
export const PrivacyChoice = ({ value }: { value: string }) => (
  <fieldset class="field">
    <legend>How private should visits be?</legend>
    {PRIVACY.map(([mode, label, sentence]) => (
      <label class="choice">
        <input type="radio" name="privacy" value={mode} checked={mode === value} />
        <span>
          <b>{label}</b>
          <span class="muted small">{sentence}</span>
        </span>
      </label>
    ))}
  </fieldset>
);

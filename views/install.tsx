import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Code } from "./parts/code.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { Time } from "./parts/time.tsx";
import { meaningOf } from "./parts/refusals.ts";
import type { RefusedRow } from "./refused.tsx";

interface Props {
  readonly site: Site;
  readonly snippet: string;
  readonly strictSnippet: string;
  /** What came lately and was not recorded. */
  readonly refused: readonly RefusedRow[];
  readonly zone: string;
  readonly notice?: ComponentChildren;
}

/** The snippet, where it goes, and whether it works. */
export const InstallPage = ({ site, snippet, strictSnippet, refused, zone, notice }: Props) => (
  <Layout title={`Install on ${site.domain}`} place="sites" notice={notice}>
    <header class="top">
      <h1>{site.domain}</h1>
    </header>
    <SiteTabs siteKey={site.key} tab="install" />
    <section class="two">
      <div class="panel pad">
        <h2>1. Paste this on every page</h2>
        <p class="muted">
          Put it before <code>&lt;/head&gt;</code>: in your theme's header, your page template or a
          tag manager's “custom HTML” tag.
        </p>
        <Code id="snippet" text={snippet} />
        {(site.privacy === "consent" || site.privacy === "strict") && (
          <div class="stack">
            <p class="muted">
              {site.privacy === "strict"
                ? "Nothing is sent until your consent banner says what the visitor answered:"
                : "Visitors are counted, but neither recognised again nor known as contacts, until your consent banner says what they answered:"}
            </p>
            <Code
              id="consent-code"
              text={"footfall('consent', 'granted')\n// or footfall('consent', 'denied')"}
            />
          </div>
        )}
        <details>
          <summary>My site forbids inline scripts (Content-Security-Policy)</summary>
          <div class="stack">
            <p class="muted">
              Use this variant, and allow this server in <code>script-src</code> and{" "}
              <code>connect-src</code>. Calls of <code>footfall(…)</code> work once it has loaded.
            </p>
            <Code id="strict-snippet" text={strictSnippet} />
          </div>
        </details>
      </div>
      <div class="panel pad">
        <h2>2. Open a page of your site</h2>
        <FirstEvent site={site} refused={refused} zone={zone} />
      </div>
    </section>
  </Layout>
);

type FirstEventProps = Pick<Props, "site" | "refused" | "zone">;

/**
 * Asks again every two seconds until the first event has come.
 *
 * What came and was refused is told at once: whoever waits here would look for the mistake in the
 * snippet, while the page has another domain or the browser calls itself a robot.
 */
export const FirstEvent = ({ site, refused, zone }: FirstEventProps) =>
  site.firstEventAt === null ? (
    <div
      id="first-event"
      class="stack"
      hx-get={`/admin/sites/${site.key}/first-event`}
      hx-trigger="every 2s"
      hx-swap="outerHTML"
      role="status"
    >
      <span class="live-dot waiting">Waiting for the first event…</span>
      {refused.length > 0 && (
        <div class="notice warn">
          <p>Something came, but it was not recorded:</p>
          <ul>
            {refused.map((row) => (
              <li>
                <b>{meaningOf(row.reason).name}</b>
                {row.detail !== "" && <> ({row.detail})</>}. {meaningOf(row.reason).meaning}
                {row.reason === "origin" && (
                  <>
                    {" "}
                    <a href={`/admin/sites/${site.key}/settings`}>Add a domain</a>
                  </>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      <p class="muted small">
        Nothing after a minute? Look whether the snippet is in the page's source, whether an ad
        blocker is at work, and at what was{" "}
        <a href={`/admin/sites/${site.key}/refused`}>not recorded</a>.
      </p>
    </div>
  ) : (
    <div id="first-event" role="status" class="stack">
      <span class="live-dot">
        It works. The first event came&nbsp;
        <Time at={site.firstEventAt} zone={zone} style="long" />
      </span>
      <p>
        <a class="btn main" href={`/admin/sites/${site.key}`}>
          See the statistics
        </a>
      </p>
    </div>
  );

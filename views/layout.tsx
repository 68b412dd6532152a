import type { ComponentChildren } from "preact";
import { Icon, Mark, type IconName } from "./parts/icon.tsx";

export type Place = "overview" | "sites" | "events" | "contacts" | "flows" | "settings";

interface Props {
  readonly title: string;
  readonly place: Place;
  readonly notice?: ComponentChildren;
  readonly children: ComponentChildren;
}

const PLACES: readonly (readonly [Place, string, string, IconName])[] = [
  ["overview", "/admin", "Overview", "house"],
  ["sites", "/admin/sites", "Sites", "globe"],
  ["events", "/admin/events", "Events", "zap"],
  ["contacts", "/admin/contacts", "Contacts", "users"],
  ["flows", "/admin/flows", "Flows", "workflow"],
  ["settings", "/admin/settings", "Settings", "settings"],
];

const Head = ({ title }: { title: string }) => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="htmx-config" content="includeIndicatorCSS:false" />
    <title>{`${title} · Footfall`}</title>
    <link rel="icon" href="/static/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/static/base.css" />
    <link rel="stylesheet" href="/static/parts.css" />
    <link rel="stylesheet" href="/static/screens.css" />
    <link rel="stylesheet" href="/static/reports.css" />
    <link rel="stylesheet" href="/static/statistics.css" />
    <script src="/static/htmx.js" defer />
    <script src="/static/hx-sse.js" defer />
    <script src="/static/admin.js" defer />
  </head>
);

/** A page of the admin. */
export const Layout = ({ title, place, notice, children }: Props) => (
  <html lang="en">
    <Head title={title} />
    <body class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <nav class="nav" aria-label="Main">
        <a class="brand" href="/admin">
          <Mark />
          Footfall
        </a>
        {PLACES.map(([name, href, label, icon]) => (
          <a href={href} aria-current={name === place ? "page" : undefined}>
            <Icon name={icon} />
            {label}
          </a>
        ))}
        <form method="post" action="/logout">
          <button>
            <Icon name="log-out" />
            Sign out
          </button>
        </form>
      </nav>
      <main id="main">
        <div id="notice" aria-live="polite">
          {notice}
        </div>
        {children}
      </main>
    </body>
  </html>
);

/** A page for somebody who is not signed in; works without script. */
export const PlainLayout = ({
  title,
  children,
}: {
  title: string;
  children: ComponentChildren;
}) => (
  <html lang="en">
    <Head title={title} />
    <body>
      <main class="sign">
        <div class="brand">
          <Mark />
          Footfall
        </div>
        {children}
      </main>
    </body>
  </html>
);

/** A page to read, for anybody; works without script. */
export const ReferenceLayout = ({
  title,
  children,
}: {
  title: string;
  children: ComponentChildren;
}) => (
  <html lang="en">
    <Head title={title} />
    <body>
      <main class="reference" id="main">
        <a class="brand" href="/admin">
          <Mark />
          Footfall
        </a>
        {children}
      </main>
    </body>
  </html>
);

import type { ComponentChildren } from "preact";

interface Props {
  readonly token: string;
  readonly address: string;
  /** Whose mails they are; null where that is not known any more. */
  readonly domain: string | null;
  readonly done: boolean;
}

/** The page's whole look, inline: it must work on any host. Its hash stands in the policy. */
export const PLAIN_STYLE =
  ":root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}" +
  "main{max-width:26rem;margin:18vh auto 0;padding:0 1.5rem}h1{font-size:1.4rem}" +
  "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;background:#0b6e69;color:#fff;cursor:pointer}" +
  "button:focus-visible{outline:3px solid currentColor;outline-offset:3px}";

const Page = ({ children, title }: { children: ComponentChildren; title: string }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <style>{PLAIN_STYLE}</style>
    </head>
    <body>
      <main>{children}</main>
    </body>
  </html>
);

/** Works without script, and acts on POST alone: mail scanners open every link. */
export const UnsubscribePage = ({ token, address, domain, done }: Props) => (
  <Page title="Unsubscribe">
    {done ? (
      <>
        <h1>Done</h1>
        <p>
          No more mails{domain && ` from ${domain}`} are sent to {address}.
        </p>
      </>
    ) : (
      <>
        <h1>{domain ? `No more mails from ${domain}?` : "No more of these mails?"}</h1>
        <p>They go to {address}.</p>
        <form method="post" action={`/u/${token}`}>
          <button>Unsubscribe</button>
        </form>
      </>
    )}
  </Page>
);

/** A link that leads nowhere any more. */
export const LinkGonePage = () => (
  <Page title="Link not found">
    <h1>This link leads nowhere</h1>
    <p>It may have been cut off by the mail program: try to copy it as a whole.</p>
  </Page>
);

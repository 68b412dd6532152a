import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  readonly pixel: string | undefined;
  readonly children: ComponentChildren;
}

/** The demo site's pages; the pixel is applied as on any website. */
export const DemoLayout = ({ title, pixel, children }: Props) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>{title === "Trailhead" ? title : `${title} · Trailhead`}</title>
      <link rel="stylesheet" href="/static/demo.css" />
      <script src="/static/demo.js" />
      {pixel && <script async src={`/p/${pixel}.js`} />}
    </head>
    <body>
      <p class="demo">
        {pixel
          ? "A demo site that your Footfall serves. What you do here appears on your overview."
          : "This demo site is not recorded yet. Open it from Footfall's overview."}
      </p>
      <header>
        <a href="/" class="name">
          Trailhead
        </a>
        <nav>
          <a href="/">Shop</a>
          <a href="/pricing">Hire</a>
          <a href="/cart">Cart</a>
        </nav>
      </header>
      <main>{children}</main>
    </body>
  </html>
);

import { Elysia } from "elysia";
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import type { App } from "../app.ts";
import demoScript from "../../static/demo.js" with { type: "file" };
import demoStyle from "../../static/demo.css" with { type: "file" };
import { DEMO_HOST } from "../hosting/demo.ts";
import { findSiteByDomain } from "../sites/queries.ts";
import {
  DemoCart,
  DemoHome,
  DemoMissing,
  DemoPricing,
  DemoProduct,
  PRODUCTS,
} from "../../views/demo/shop.tsx";
import { answerTo } from "./errors.ts";
import { Refusal } from "../lib/errors.ts";
import { serveFiles } from "./static.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'",
};

/** The demo site, a small shop on a host of its own with the pixel applied. */
export const demoWeb = (app: App) => {
  const show = async (view: (key: string | undefined) => VNode, status = 200) => {
    const site = await findSiteByDomain(app.store, DEMO_HOST);
    return new Response(`<!doctype html>${renderToString(view(site?.key))}`, {
      status,
      headers: HEADERS,
    });
  };

  return new Elysia()
    .onError(({ error, code }) => {
      if (code === "NOT_FOUND") return show((pixel) => <DemoMissing pixel={pixel} />, 404);
      const { status, message } = answerTo(error);
      if (!(error instanceof Refusal)) app.log.error("the demo site failed", error);
      return new Response(`${message}\n`, { status });
    })
    .use(serveFiles("/static", { "demo.css": demoStyle, "demo.js": demoScript }))
    .get("/", () => show((pixel) => <DemoHome pixel={pixel} />))
    .get("/pricing", () => show((pixel) => <DemoPricing pixel={pixel} />))
    .get("/cart", () => show((pixel) => <DemoCart pixel={pixel} />))
    .get("/product/:sku", ({ params: { sku } }) => {
      const product = PRODUCTS.find((known) => known.sku === sku);
      if (!product) return show((pixel) => <DemoMissing pixel={pixel} />, 404);
      return show((pixel) => <DemoProduct pixel={pixel} product={product} />);
    });
};

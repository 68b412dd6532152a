import { chromium, type Browser, type BrowserContext } from "playwright-core";
import { AGENT } from "./app.ts";

/** Starts Chromium; names under `.example` and `.test` lead to this machine. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    // Otherwise no page ever comes back from the back/forward cache.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: [
      "--no-sandbox",
      // For the whole browser: what is sent while a page closes escapes a profile's own setting.
      `--user-agent=${AGENT}`,
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--enable-features=BackForwardCache",
      "--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1",
    ],
  });
}

/** A browser profile of somebody. */
export function newVisitor(browser: Browser, more: object = {}): Promise<BrowserContext> {
  return browser.newContext(more);
}

/** A website of somebody else: pages by path, on a port of its own. */
export function startWebsite(pages: Record<string, string>, headers: Record<string, string> = {}) {
  const server = Bun.serve({
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      const body = pages[pathname] ?? pages["*"];
      if (body === undefined) return new Response("Not found", { status: 404 });
      return new Response(body, { headers: { "content-type": "text/html", ...headers } });
    },
  });
  return {
    port: server.port,
    at: (host: string, path = "/") => `http://${host}:${server.port}${path}`,
    stop: () => server.stop(true),
  };
}

/** Waits until something holds, looking often; for what happens in another process. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await Bun.sleep(20);
  }
}

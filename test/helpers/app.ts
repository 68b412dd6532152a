import { rmSync } from "node:fs";
import { createApp, type App } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/lib/log.ts";
import { startServer, type Server } from "../../src/web/server.ts";
import { createWeb, type Web } from "../../src/web/web.ts";
import { createClock, testFolder, type Clock } from "./store.ts";

export const PASSWORD = "a long password";

/** A running Footfall in a folder of its own, on a free port, with a clock moved by hand. */
export interface TestApp extends App {
  readonly clock: Clock;
  readonly web: Web;
  readonly server: Server;
  /** Where it answers, `http://localhost:PORT`. */
  readonly url: string;
  readonly directory: string;
  /** Lines of the log, for tests of what is said. */
  readonly lines: readonly string[];
  /** A request as the signed-in owner's browser sends it. */
  get(path: string): Promise<Response>;
  post(path: string, form?: Record<string, string | string[]>, htmx?: boolean): Promise<Response>;
  /** What a pixel sends. */
  send(key: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export interface TestAppOptions {
  readonly env?: Record<string, string>;
  readonly directory?: string;
  /** The system's clock, for tests in a browser. */
  readonly realTime?: boolean;
  readonly at?: number;
}

/** Starts an app whose owner is signed in. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const directory = options.directory ?? testFolder();
  const clock = createClock(options.at);
  const lines: string[] = [];
  const config = readConfig({
    FOOTFALL_PORT: String(freePort()),
    FOOTFALL_DATA: directory,
    ...options.env,
  });
  const app = await createApp(config, {
    now: options.realTime ? Date.now : clock,
    log: createLog("normal", (line) => lines.push(line)),
  });
  const server = startServer(app);
  await app.start();
  const url = `http://localhost:${server.port}`;
  const web = createWeb(app);

  const request = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      redirect: "manual",
      headers: { origin: url, "user-agent": AGENT, ...(init.headers as object) },
    });
  let cookie = await setUp(app, request);

  const toBody = (form: Record<string, string | string[]>) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(form)) {
      for (const each of [value].flat()) body.append(name, each);
    }
    return body;
  };

  return {
    ...app,
    clock,
    web,
    server,
    url,
    directory,
    lines,
    get: (path) => request(path, { headers: { cookie } }),
    async post(path, form = {}, htmx = false) {
      const headers = { cookie, ...(htmx && { "hx-request": "true" }) };
      const response = await request(path, { method: "POST", body: toBody(form), headers });
      cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? cookie;
      return response;
    },
    send: (key, body, headers = {}) =>
      fetch(`${url}/e/${key}`, {
        method: "POST",
        body:
          typeof body === "string" || body instanceof Uint8Array
            ? (body as BodyInit)
            : JSON.stringify(body),
        headers: { "content-type": "text/plain", "user-agent": AGENT, ...headers },
      }),
    async close() {
      await server.stop();
      await app.stop();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on; the address of the server must be known before it starts. */
export function freePort(): number {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = server;
  void server.stop(true);
  return port!;
}

async function setUp(
  app: App,
  request: (path: string, init?: RequestInit) => Promise<Response>,
): Promise<string> {
  const email = "owner@example.com";
  const setup = { token: app.setupToken, name: "Owner", email, password: PASSWORD };
  const made = await request("/setup", { method: "POST", body: new URLSearchParams(setup) });
  const answer =
    made.status === 303
      ? made
      : await request("/login", {
          method: "POST",
          body: new URLSearchParams({ email, password: PASSWORD }),
        });
  return answer.headers.get("set-cookie")!.split(";", 1)[0]!;
}

let lastId = 0;

/** A new event id, as the pixel makes them. */
export function eventId(now = Date.now()): string {
  lastId += 1;
  return now.toString(36).padStart(9, "0") + lastId.toString(36).padStart(13, "0");
}

/** A body as the pixel sends it: one page view, unless events are given. */
export function submission(
  more: {
    url?: string;
    visitor?: string | undefined;
    events?: Record<string, unknown>[];
    page?: Record<string, unknown>;
    [name: string]: unknown;
  } = {},
) {
  const { url = "https://shop.example/", events, page, ...rest } = more;
  return {
    v: 1,
    visitor: "visitor-0000000000001",
    page: {
      url,
      referrer: "",
      title: "A page",
      screen: 1440,
      zone: "Europe/Berlin",
      language: "de-DE",
      ...page,
    },
    events: (events ?? [{ name: "page_view" }]).map((event) => ({
      id: eventId(),
      age: 0,
      ...event,
    })),
    ...rest,
  };
}

/** Adds a site by the form and gives its key. */
export async function addTestSite(
  app: TestApp,
  domain = "shop.example",
  privacy = "storage",
): Promise<string> {
  const response = await app.post("/admin/sites", { domain, privacy });
  return /sites\/([^/]+)\/install/.exec(response.headers.get("location") ?? "")![1]!;
}

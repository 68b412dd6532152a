import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, PASSWORD, startApp, type TestApp } from "../helpers/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const request = (path: string, init: RequestInit = {}) =>
  fetch(app.url + path, { redirect: "manual", ...init });

describe("the admin", () => {
  test("no route admits a stranger", async () => {
    const routes = app.web.adminRoutes.filter(({ path }) => path.startsWith("/admin"));

    const admitted = [];
    for (const { method, path } of routes) {
      const response = await app.web.handle(
        new Request(`http://localhost${path}`, { method, headers: { origin: "http://localhost" } }),
      );
      const refused = response.status === 401 || response.status === 303;
      if (!refused || (response.status === 303 && !isSignIn(response))) {
        admitted.push(`${method} ${path} ${response.status}`);
      }
    }

    expect(admitted).toEqual([]);
    expect(routes.length).toBeGreaterThan(20);
  });

  test("no route of the API admits a stranger, nor one who is signed in to the admin", async () => {
    const cookie = await signIn();
    const open = new Set(["/api/", "/api/openapi.json"]);
    const routes = app.web.apiRoutes.filter(({ path }) => !open.has(path));

    const admitted = [];
    for (const headers of [{}, { cookie }, { authorization: `Bearer ff_${"x".repeat(43)}` }]) {
      for (const { method, path } of routes) {
        const response = await app.web.handle(
          new Request(`http://localhost${path}`, { method, headers: headers as HeadersInit }),
        );
        if (response.status !== 401 || !response.headers.has("www-authenticate")) {
          admitted.push(`${method} ${path} ${response.status}`);
        }
      }
    }

    expect(admitted).toEqual([]);
    expect(routes.length).toBeGreaterThanOrEqual(1);
    app.clock.move(120_000);
  });

  test("refuses a change that another site's page asks for", async () => {
    const cookie = await signIn();
    const before = await (await app.get("/admin/sites")).text();
    const forged = await request("/admin/sites", {
      method: "POST",
      headers: { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      body: new URLSearchParams({ domain: "evil.example" }),
    });
    const bare = await request("/admin/sites", {
      method: "POST",
      headers: { cookie },
      body: new URLSearchParams({ domain: "evil.example" }),
    });

    expect([forged.status, bare.status]).toEqual([403, 403]);
    expect(await (await app.get("/admin/sites")).text()).toBe(before);
  });

  test("answers on its own host only", async () => {
    const other = await request("/login", { headers: { host: "attacker.example" } });
    const demo = await request("/admin", { headers: { host: "demo.localhost" } });
    const pixel = await request("/p/none.js", { headers: { host: "attacker.example" } });
    const api = await request("/api/v1/sites", { headers: { host: "attacker.example" } });
    const demoApi = await request("/api/v1/sites", { headers: { host: "demo.localhost" } });

    expect([api.status, demoApi.status]).toEqual([421, 404]);
    expect(other.status).toBe(421);
    expect(await other.text()).toContain("FOOTFALL_URL");
    expect(demo.status).toBe(404);
    expect(pixel.status).toBe(404);
  });

  test("sends a strict policy and runs no inline code", async () => {
    const key = await addTestSite(app, "policy.example");
    for (const path of ["/admin", "/admin/sites", `/admin/sites/${key}`, "/admin/settings"]) {
      const page = await app.get(path);
      const text = await page.text();

      expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(text).not.toMatch(/\sstyle=|\son[a-z]+=|<script(?![^>]*src=)/);
    }
  });
});

describe("signing in", () => {
  test("says the same for a wrong password and an unknown address", async () => {
    const tries = [];
    for (const email of ["owner@example.com", "nobody@example.com"]) {
      const response = await login(email, "not the password");
      tries.push([response.status, /role="alert"[^>]*>([^<]+)/.exec(await response.text())?.[1]]);
    }

    expect(tries[0]).toEqual(tries[1]!);
    expect(tries[0]![0]).toBe(422);
  });

  test("leads on to pages of the admin only", async () => {
    const inside = await login("owner@example.com", PASSWORD, "/admin/sites");
    const outside = await login("owner@example.com", PASSWORD, "//evil.example/admin");
    const odd = await login("owner@example.com", PASSWORD, "/admin/ü€\r\nx: y");

    expect(inside.headers.get("location")).toBe("/admin/sites");
    expect(outside.headers.get("location")).toBe("/admin");
    expect(odd.headers.get("location")).toBe("/admin");
  });

  test("signing out everywhere ends every session", async () => {
    const cookies = [await signIn(), await signIn()];
    await app.post("/admin/settings/sign-out-everywhere");

    for (const cookie of cookies) {
      const page = await request("/admin", { headers: { cookie } });
      expect(isSignIn(page)).toBe(true);
    }
    await app.post("/login", { email: "owner@example.com", password: PASSWORD });
  });

  test("an invitation is good once, and its role binds", async () => {
    app.clock.move(120_000);
    const page = await app.post("/admin/settings/team", {
      name: "Eve",
      email: "eve@example.com",
      role: "viewer",
    });
    const token = /invitation\?token=([\w-]+)/.exec(await page.text())![1]!;
    const first = await accept(token);
    const again = await accept(token);
    const cookie = first.headers.get("set-cookie")!.split(";", 1)[0]!;
    const looks = await request("/admin/sites", { headers: { cookie } });
    const changes = await request("/admin/sites", {
      method: "POST",
      headers: { cookie, origin: app.url },
      body: new URLSearchParams({ domain: "x.example" }),
    });

    expect([first.status, again.status, looks.status, changes.status]).toEqual([
      303, 404, 200, 403,
    ]);
  });

  test("an invitation that is sent four times at once is used once", async () => {
    const { token } = await invite("Twice", "twice@example.com", "viewer");

    const statuses = (await Promise.all([1, 2, 3, 4].map(() => accept(token)))).map(
      ({ status }) => status,
    );

    expect(statuses.sort()).toEqual([303, 404, 404, 404]);
    app.clock.move(120_000);
  });

  test("a viewer changes nothing but the own account", async () => {
    const { cookie } = await invite("Vic", "vic@example.com", "viewer");
    const post = (path: string, form: Record<string, string> = {}) =>
      request(path, {
        method: "POST",
        headers: { cookie, origin: app.url },
        body: new URLSearchParams(form),
      });

    const password = await post("/admin/settings/password", {
      current: PASSWORD,
      password: "another long password",
    });
    const invitation = await post("/admin/settings/team", {
      name: "x",
      email: "x@example.com",
      role: "owner",
    });
    const everywhere = await post("/admin/settings/sign-out-everywhere");

    expect([password.status, invitation.status, everywhere.status]).toEqual([303, 403, 303]);
    app.clock.move(120_000);
  });

  test("an editor brings back no site that an admin removed", async () => {
    const key = await addTestSite(app, "gone.example");
    await app.post(`/admin/sites/${key}/remove`, { confirm: "gone.example" });
    const { cookie } = await invite("Ed", "ed@example.com", "editor");

    const response = await request(`/admin/sites/${key}/restore`, {
      method: "POST",
      headers: { cookie, origin: app.url },
    });

    expect(response.status).toBe(403);
  });

  test("the live page of somebody who is removed goes quiet", async () => {
    const { cookie } = await invite("Leo", "leo@example.com", "viewer");
    const response = await request("/admin/live", { headers: { cookie } });
    const reader = response.body!.getReader();
    await reader.read();

    const page = await (await app.get("/admin/settings/team")).text();
    const id = /leo@example\.com.*?team\/(\d+)/s.exec(page)![1]!;
    await app.post(`/admin/settings/team/${id}`, { do: "remove" });
    let end = await reader.read();
    while (!end.done) end = await reader.read();

    expect(end.done).toBe(true);
  });

  test.each([
    ["from one address", () => "owner@example.com"],
    ["at many accounts", (index: number) => `user${index}@example.com`],
  ])("guessing %s is slowed down, and told how long", async (_, email) => {
    app.clock.move(120_000);
    let last!: Response;
    for (let index = 0; index < 12; index += 1) last = await login(email(index), "a guess");

    expect(last.status).toBe(429);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await last.text()).toContain("Too many tries");
    app.clock.move(120_000);
  });

  test("guessing the current password is slowed down too", async () => {
    let last!: Response;
    for (let index = 0; index < 12; index += 1) {
      last = await app.post("/admin/settings/password", { current: "x", password: PASSWORD });
    }

    expect(last.status).toBe(429);
    app.clock.move(120_000);
  });
});

test("the setup link is good once, and needs its token", async () => {
  const fresh = await startApp();
  const again = await fetch(`${fresh.url}/setup?token=${fresh.setupToken}`);
  const forged = await fetch(`${fresh.url}/setup?token=guess`);

  expect([again.status, forged.status]).toEqual([403, 403]);
  await fresh.close();
});

async function invite(name: string, email: string, role: string) {
  const page = await app.post("/admin/settings/team", { name, email, role });
  const token = /invitation\?token=([\w-]+)/.exec(await page.text())![1]!;
  if (name === "Twice") return { token, cookie: "" };
  const accepted = await accept(token);
  return { token, cookie: accepted.headers.get("set-cookie")!.split(";", 1)[0]! };
}

function accept(token: string) {
  return request("/invitation", {
    method: "POST",
    headers: { origin: app.url },
    body: new URLSearchParams({ token, password: PASSWORD }),
  });
}

function login(email: string, password: string, next = "/admin") {
  return request("/login", {
    method: "POST",
    headers: { origin: app.url },
    body: new URLSearchParams({ email, password, next }),
  });
}

async function signIn(): Promise<string> {
  const response = await login("owner@example.com", PASSWORD);
  return response.headers.get("set-cookie")!.split(";", 1)[0]!;
}

function isSignIn(response: Response): boolean {
  return response.status === 303 && response.headers.get("location")!.startsWith("/login");
}

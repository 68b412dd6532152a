import type { TestApp } from "./app.ts";

/** Makes an API key by the form, as the signed-in owner, and gives it. */
export async function makeApiKey(
  app: TestApp,
  scopes: string[] = ["sites:read", "stats:read", "events:read"],
  site = "",
): Promise<string> {
  const page = await app.post("/admin/settings/keys", { name: "Test", scopes, site });
  return /ff_[A-Za-z0-9_-]{43}/.exec(await page.text())![0];
}

/** A request of a program that holds a key; a body is sent as JSON. */
export function callApi(app: TestApp, key: string, path: string, body?: unknown) {
  return fetch(app.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

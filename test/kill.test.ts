import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { AGENT, eventId, submission } from "./helpers/app.ts";
import { until } from "./helpers/browser.ts";
import { executable, signInAsOwner, startExecutable, type Started } from "./helpers/executable.ts";
import { startMailServer } from "./helpers/mail-server.ts";
import { ask } from "./helpers/rows.ts";

const ROUNDS = 20;
const SENDERS = 40;

test(`nothing acknowledged is lost over ${ROUNDS} kills under load, and nothing doubled`, async () => {
  const mail = await startMailServer();
  const env = {
    FOOTFALL_RATE_LIMIT: "0",
    FOOTFALL_SMTP_URL: `smtp://127.0.0.1:${mail.port}?security=none&from=shop@shop.example`,
  };
  let footfall = await startExecutable({ env });
  const { key, secret } = await prepare(footfall);
  const load = createLoad(key, secret);

  for (let round = 0; round < ROUNDS; round += 1) {
    const running = load.run(footfall.url, round);
    await Bun.sleep(60 + Math.random() * 300);
    footfall.kill("SIGKILL");
    await footfall.ended;
    await running;
    footfall = await startExecutable({ env, folder: footfall.folder });
    await load.repeat(footfall.url);
  }
  const databasePath = join(footfall.folder, "data", "footfall.db");
  await until(
    () => ask<{ n: number }>({ databasePath }, OPEN_RUNS)[0]!.n === 0,
    "every run has ended",
    60_000,
  );
  const checked = Bun.spawnSync([executable(), "check"], { cwd: footfall.folder, env: {} });

  const stored = ask<{ n: number; copies: number }>(
    { databasePath },
    "select properties ->> 'n' as n, count(*) as copies from events group by 1",
  );
  const copies = new Map(stored.map((row) => [Number(row.n), row.copies]));
  const lost = [...load.acknowledged].filter((n) => !copies.has(n));
  const doubled = stored.filter((row) => row.copies > 1);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  expect(load.acknowledged.size).toBeGreaterThan(ROUNDS * 20);

  const states = ask<{ state: string; n: number }>(
    { databasePath },
    "select state, count(*) as n from runs group by state",
  );
  expect(states.map(({ state }) => state)).toEqual(["done"]);
  const sent = new Map<string, Set<string>>();
  for (const each of mail.mails) {
    const ids = sent.get(each.mail.subject!) ?? new Set();
    sent.set(each.mail.subject!, ids.add(each.mail.messageId!));
  }
  // Each run has a subject of its own; however often a mail was repeated, it kept its id.
  expect([...sent.values()].every((ids) => ids.size === 1)).toBe(true);
  expect(sent.size).toBe(states[0]!.n);
  expect(checked.stdout.toString()).toContain("No problems found");
  expect(checked.exitCode).toBe(0);

  await footfall.clean();
  await mail.stop();
}, 180_000);

const OPEN_RUNS = "select count(*) as n from runs where state in ('active', 'held')";

/** A site with an event, and a flow on it that waits and mails. */
async function prepare(footfall: Started) {
  const request = await signInAsOwner(footfall);
  const added = await request("/admin/sites", { domain: "shop.example", privacy: "storage" });
  const key = /sites\/([\w-]+)\/install/.exec(added.headers.get("location")!)![1]!;
  await request(`/admin/sites/${key}/events`, { name: "left", trigger: "manual" });
  const page = await (await request(`/admin/sites/${key}/secret`, { do: "show" })).text();
  const secret = /<code id="secret">([^<]+)/.exec(page)![1]!;

  const made = await request("/admin/flows", { name: "Left" });
  const flow = /flows\/(\d+)/.exec(made.headers.get("location")!)![1]!;
  const save = async (path: string, form: Record<string, string>) => {
    const screen = await (await request(`/admin/flows/${flow}`)).text();
    const revision = /name="revision" value="(\d+)"/.exec(screen)![1]!;
    const response = await request(`/admin/flows/${flow}${path}`, { ...form, revision });
    if (response.status !== 303) throw new Error(`${path}: ${await response.text()}`);
    return /step=(\w+)/.exec(response.headers.get("location")!)?.[1] ?? "";
  };
  const trigger = { name: "Left", event: "1 left", property: "", operator: "equals", value: "" };
  await save("/trigger", { ...trigger, again: "every time", stop: "" });
  const wait = await save("/steps", { at: "0", kind: "wait" });
  await save(`/steps/${wait}`, { amount: "1", unit: "seconds" });
  const email = await save("/steps", { at: "1", kind: "email" });
  await save(`/steps/${email}`, { subject: "Left {{ event.n }}", text: "Come back" });
  await save("/publish", {});
  return { key, secret };
}

/** Visitors who send without pause, and what was acknowledged to them. */
function createLoad(key: string, secret: string) {
  const acknowledged = new Set<number>();
  const pending = new Map<number, string>();
  let last = 0;

  const send = async (url: string, n: number, body: string) => {
    const response = await fetch(`${url}/e/${key}`, {
      method: "POST",
      body,
      headers: { "user-agent": AGENT },
    });
    if (response.status !== 202) throw new Error(`Answered ${response.status}`);
    await response.text();
    acknowledged.add(n);
    pending.delete(n);
  };

  const sender = async (url: string, round: number, index: number) => {
    const visitor = `visitor-${round}-${index}-000000000`;
    const email = `v${round}x${index}@buyer.example`;
    const signature = createHmac("sha256", secret).update(email).digest("hex");
    for (let turn = 0; ; turn += 1) {
      last += 1;
      const n = last;
      // Now and then somebody known leaves a cart: a run and a mail.
      const events =
        turn === 1 && index % 4 === 0
          ? [
              { id: eventId(), name: "identify", props: { email }, signature },
              { id: eventId(), name: "left", props: { n } },
            ]
          : [{ id: eventId(), name: "page_view", props: { n } }];
      const body = JSON.stringify(submission({ visitor, events }));
      pending.set(n, body);
      try {
        await send(url, n, body);
      } catch {
        return;
      }
    }
  };

  return {
    acknowledged,
    /** Until the server is gone. */
    run: (url: string, round: number) =>
      Promise.all(Array.from({ length: SENDERS }, (_, index) => sender(url, round, index))),
    /** As the pixel does: what was not acknowledged goes again under its id. */
    repeat: (url: string) =>
      Promise.all([...pending].map(([n, body]) => send(url, n, body))).then(() => {}),
  };
}

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createErasure } from "../../src/identity/erase.ts";
import { SHARDS } from "../../src/stats/block.ts";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { checkSegments } from "../../src/stats/check-segments.ts";
import { openBlock } from "../../src/stats/open-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { listSegments } from "../../src/stats/sealed-copies.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { connect } from "../../src/store/connection.ts";
import { submission } from "../helpers/app.ts";
import { startFlowLab, visitorId, type FlowLab } from "../helpers/flows.ts";
import { ask, keyOf } from "../helpers/rows.ts";

const MARK = "zyx-marker-person";
const EMAIL = `${MARK}@buyer.example`;
const HOUR = 3_600_000;

let lab: FlowLab;
beforeEach(async () => {
  lab = await startFlowLab();
});
afterEach(() => lab.close());

const ERASED = "erased";
/** What every table holds of a person. A new table must be listed here, and be thought about. */
const TABLES: Readonly<Record<string, string>> = {
  contacts: ERASED,
  identities: ERASED,
  variables: ERASED,
  contact_events: ERASED,
  runs: ERASED,
  run_steps: "erased with their runs",
  outbox: ERASED,
  links: ERASED,
  clicks: ERASED,
  arrivals: ERASED,
  visitors: ERASED,
  visitor_ranges: "numbers",
  ties: ERASED,
  secrets: "random bytes of the installation",
  sessions: ERASED,
  events: ERASED,
  unsealed: "erased with their sessions",
  segments: "counts and times",
  segment_columns: ERASED,
  superseded: "ids of sessions, removed with their segments",
  undefined_events: "samples are emptied",
  refusals: "details are emptied",
  refusal_details: "emptied",
  audit: "the person's addresses are replaced",
  suppressions: "kept, so that the address is not written to again",
  event_ids: "random ids that lead to nobody, for 7 days",
  terms: "pages, titles and sources of many, nothing that is a person's alone",
  settings: "settings of the installation",
  counters: "numbers",
  seals: "numbers",
  sites: "settings of sites",
  users: "the team",
  sign_ins: "the team",
  definitions: "made by the team",
  flows: "made by the team",
  flow_versions: "made by the team",
  step_counts: "numbers",
  goals: "made by the team",
  funnels: "made by the team",
  saved_views: "made by the team",
  daily_totals: "numbers",
  api_keys: "made by the team",
};

interface Column {
  readonly table: string;
  readonly name: string;
}

const columnsOf = (type: string) =>
  ask<Column>(
    lab.app,
    `select t.name as "table", c.name from sqlite_master t join pragma_table_info(t.name) c
     where t.type = 'table' and lower(c.type) = '${type}'`,
  );

/** Where a text stands, in all columns of text, and in the properties that segments hold. */
function findMark(): string[] {
  const found = columnsOf("text")
    .filter(
      ({ table, name }) =>
        ask<{ n: number }>(
          lab.app,
          `select count(*) as n from "${table}" where instr("${name}", '${MARK}') > 0`,
        )[0]!.n > 0,
    )
    .map(({ table, name }) => `${table}.${name}`);
  const connection = connect(lab.app.databasePath, { readOnly: true });
  const reading = { connection, cache: createColumnCache(1e6) };
  for (const segment of listSegments(reading, lab.siteId)) {
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const block = openBlock(reading, segment, shard);
      if (block && JSON.stringify(rawSessionsOf(block)).includes(MARK)) {
        found.push("segment_columns.data");
      }
    }
  }
  connection.close();
  return found.toSorted();
}

const say = async (email: string, visitor = "ann") => {
  const secret = lab.app.sites.identifySecretOf(lab.siteId)!;
  const signature = createHmac("sha256", secret).update(email).digest("hex");
  const events = [{ name: "identify", props: { email, name: MARK }, signature }];
  await lab.app.send(lab.key, submission({ visitor: visitorId(visitor), events }));
};

const does = (visitor: string, name: string, props: Record<string, unknown> = { who: MARK }) =>
  lab.app.send(lab.key, submission({ visitor: visitorId(visitor), events: [{ name, props }] }));

const contactId = () =>
  ask<{ id: number }>(lab.app, "select contact_id as id from identities where value = ?", EMAIL)[0]!
    .id;

async function liveThrough(): Promise<void> {
  await lab.publish([
    ["email", { subject: `Hello ${MARK}`, text: `See {{ event.who }} https://shop.example/x` }],
  ]);
  await say(EMAIL);
  await does("ann", "add_to_cart");
  await does("bob", "add_to_cart", { who: "bob" });
  await does("ann", "nobody_defined_this");
  await lab.app.acting.tick();
  await Promise.all(lab.mail.mails.map(() => lab.app.acting.tick()));
  lab.app.clock.move(3 * HOUR);
  await lab.app.sealer.sealNow(lab.siteId);
  await does("ann", "add_to_cart");
  const link = /\/l\/([\w-]+)/.exec(String(lab.mail.mails[0]?.mail.text))?.[1];
  if (link) await fetch(`${lab.app.url}/l/${link}`, { redirect: "manual" });
  await lab.app.write((_, connection) => {
    connection
      .prepare("insert into suppressions values ('email', ?, 'unsubscribed', 0)")
      .run([EMAIL]);
    connection
      .prepare("insert into audit (at, action, subject) values (0, 'confirmed', ?)")
      .run([EMAIL]);
  });
}

describe("eraseContact()", () => {
  test("leaves nothing of a person in any column, segments included", async () => {
    await liveThrough();
    const before = findMark();

    await lab.app.erasure.eraseContact(contactId());

    expect(before).toContain("segment_columns.data");
    expect(before.length).toBeGreaterThan(8);
    expect(findMark()).toEqual(["flow_versions.definition", "flows.draft", "suppressions.address"]);
    expect(ask(lab.app, "select id from contacts")).toEqual([]);
    expect(checkDatabase(lab.app.databasePath)).toEqual([]);
    expect(checkSegments(lab.app.databasePath)).toEqual([]);
  });

  test("leaves others as they are, and takes who comes back for somebody new", async () => {
    await liveThrough();
    const others = "select count(*) as n from sessions s join visitors v on v.id = s.visitor_id";
    const bob = keyOf(lab.app, visitorId("bob"));
    const before = ask(lab.app, `${others} where hex(v.key) = ?`, bob);

    await lab.app.erasure.eraseContact(contactId());
    await does("ann", "page_view", {});

    expect(ask(lab.app, `${others} where hex(v.key) = ?`, bob)).toEqual(before);
    const [ann] = ask<{ contact_id: number | null; n: number }>(
      lab.app,
      `select t.contact_id, (select count(*) from sessions s where s.visitor_id = v.id) as n
       from visitors v left join ties t on t.visitor_id = v.id where hex(v.key) = ?`,
      keyOf(lab.app, visitorId("ann")),
    );
    expect(ann).toMatchObject({ contact_id: null, n: 1 });
    expect(checkDatabase(lab.app.databasePath)).toEqual([]);
  });

  test("overwrites what it removes in the file", async () => {
    await liveThrough();
    await lab.app.write((_, { database }) => {
      database.exec("pragma secure_delete = on; delete from suppressions");
    });

    await lab.app.erasure.eraseContact(contactId());

    const { databasePath } = lab.app;
    const checkpoint = connect(databasePath);
    checkpoint.database.exec("pragma wal_checkpoint(passive)");
    checkpoint.close();
    expect(readFileSync(databasePath).includes(EMAIL)).toBe(false);
  });
});

describe("createErasure()", () => {
  const erasureWith = (eraseEvents: (siteId: number) => Promise<void>, errors: string[] = []) =>
    createErasure({
      write: lab.app.write,
      eraseEvents,
      forget: () => {},
      log: { info() {}, detail() {}, error: (message) => errors.push(message) },
    });
  const run = (sql: string) =>
    lab.app.write((_, { database }) => {
      database.exec(sql);
    });
  const isOverwriting = () =>
    lab.app.write((_, { database }) => {
      const row = database.prepare("pragma secure_delete").get() as { secure_delete: number };
      return row.secure_delete === 1;
    });

  test("takes addresses out of the log, and an id only where it stands alone", async () => {
    await say(EMAIL);
    await run(
      `insert into identities select 'id', 'e', ${lab.siteId}, id, null, null, 0 from contacts;
       insert into audit (at, action, subject) values
         (0, 'confirmed contact', 'e'), (0, 'added site', 'shop.example'), (0, 'x', 'to ${EMAIL}')`,
    );

    await erasureWith(() => Promise.resolve()).eraseContact(contactId());

    const subjects = ask<{ subject: string }>(
      lab.app,
      "select subject from audit where at = 0 order by id",
    ).map(({ subject }) => subject);
    expect(subjects).toEqual(["somebody erased", "shop.example", "to somebody erased"]);
  });

  test("unties whom a link tied to the person meanwhile", async () => {
    await say(EMAIL);
    await does("bob", "page_view", {});
    await does("cid", "page_view", {});
    const id = contactId();

    await erasureWith(() =>
      run(
        `insert into ties (visitor_id, site_id, contact_id, tied_by, since, is_pending)
           select id, site_id, ${id}, 'link', 0, hex(key) = '${keyOf(lab.app, visitorId("cid"))}'
           from visitors where hex(key) in ('${keyOf(lab.app, visitorId("bob"))}', '${keyOf(lab.app, visitorId("cid"))}')`,
      ),
    ).eraseContact(id);

    expect(ask(lab.app, "select * from ties")).toEqual([]);
  });

  test("finds the key of one among many, twice at once, and leaves who came back alone", async () => {
    for (let each = 0; each < 450; each += 1) {
      lab.app.clock.move(1000);
      await does(`nr-${each}`, "page_view", {});
    }
    const many = () => ask<{ n: number }>(lab.app, "select count(*) as n from visitors")[0]!.n;
    const before = many();
    const { erasure } = lab.app;

    await Promise.all([
      erasure.eraseVisitor(lab.siteId, 300),
      erasure.eraseVisitor(lab.siteId, 300),
    ]);
    const between = many();
    await does("nr-299", "page_view", {});
    await erasure.eraseVisitor(lab.siteId, 300);

    expect(between).toBe(before - 1);
    expect(many()).toBe(before);
    expect(checkDatabase(lab.app.databasePath)).toEqual([]);
  });

  test("overwrites until the last of several erasures is done", async () => {
    await does("ann", "page_view", {});
    await does("bob", "page_view", {});
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const erasure = erasureWith(() => (++calls === 1 ? gate.promise : Promise.resolve()));

    const slow = erasure.eraseVisitor(lab.siteId, 1);
    await erasure.eraseVisitor(lab.siteId, 2);
    const between = await isOverwriting();
    gate.resolve();
    await slow;

    expect(between).toBe(true);
    expect(await isOverwriting()).toBe(false);
  });

  test("ends what it can of what an earlier process began", async () => {
    await does("ann", "page_view", {});
    await does("bob", "page_view", {});
    const [ann, bob] = ask<{ id: number }>(lab.app, "select id from visitors order by id");
    const taskOf = (id: number, siteId: number) => ({
      contactId: null,
      visitors: [{ id, siteId }],
    });
    const tasks = [taskOf(ann!.id, 77), taskOf(bob!.id, lab.siteId)];
    await run(`insert into settings (key, value) values ('erasing', '${JSON.stringify(tasks)}')`);
    const errors: string[] = [];

    await erasureWith(
      (siteId) => (siteId === 77 ? Promise.reject(new Error("damaged")) : Promise.resolve()),
      errors,
    ).resume();

    expect(errors).toEqual(["an erasure could not be ended"]);
    const [left] = ask<{ value: string }>(
      lab.app,
      "select value from settings where key = 'erasing'",
    );
    expect(JSON.parse(left!.value)).toEqual([tasks[0]]);
  });
});

test("every table is known to hold nothing personal, or is erased", () => {
  const tables = ask<{ name: string }>(
    lab.app,
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1",
  ).map(({ name }) => name);

  expect(tables).toEqual(Object.keys(TABLES).toSorted());
});

describe("POST /admin/contacts/:id/erase", () => {
  test("erases who is named, and nobody when the name is another", async () => {
    await say(EMAIL);
    const id = contactId();

    const wrong = await lab.app.post(`/admin/contacts/${id}/erase`, { name: "somebody" });
    const before = ask(lab.app, "select id from contacts");
    const right = await lab.app.post(`/admin/contacts/${id}/erase`, { name: EMAIL });

    expect(wrong.status).toBe(400);
    expect(before).toHaveLength(1);
    expect(right.headers.get("location")).toContain("notice=contact-erased");
    expect(ask(lab.app, "select id from contacts")).toEqual([]);
    expect(ask<{ subject: string }>(lab.app, "select subject from audit")).toContainEqual({
      subject: `contact ${id}`,
    });
  });
});

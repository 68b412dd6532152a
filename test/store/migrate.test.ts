import { describe, expect, test } from "bun:test";
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { copyDatabase } from "../../src/store/backup.ts";
import { createVisitors } from "../../src/identity/visitors.ts";
import { connect } from "../../src/store/connection.ts";
import { migrate, MIGRATIONS, schemaVersion } from "../../src/store/migrate.ts";
import * as schema from "../../src/store/schema.ts";
import { openStore } from "../../src/store/open.ts";
import { openTestStore, testFolder } from "../helpers/store.ts";

describe("migrate()", () => {
  test("makes a copy once before it changes a database with data, and none of a new one", () => {
    const folder = testFolder();
    const path = join(folder, "footfall.db");
    const connection = connect(path);
    const copies: number[] = [];
    const backUp = (version: number) => {
      copies.push(version);
      copyDatabase(path, join(folder, "before.db"));
    };
    const next = [
      ...MIGRATIONS,
      { name: "next", sql: "create table later (id integer primary key) strict" },
      { name: "more", sql: "create table latest (id integer primary key) strict" },
    ];

    migrate(connection, backUp);
    connection.database.exec("insert into settings (key, value) values ('a', '1')");
    migrate(connection, backUp, next);
    const copy = connect(join(folder, "before.db"), { readOnly: true });

    expect(copies).toEqual([MIGRATIONS.length]);
    expect(schemaVersion(connection)).toBe(next.length);
    expect(schemaVersion(copy)).toBe(MIGRATIONS.length);
    expect(copy.prepare("select key from settings").all()).toEqual([{ key: "a" }]);
    copy.close();
    connection.close();
    rmSync(folder, { recursive: true });
  });

  test("leaves the database as it was when a migration fails, and names it", () => {
    const folder = testFolder();
    const connection = connect(join(folder, "footfall.db"));
    migrate(connection);
    const broken = { name: "0099_broken", sql: "create table half (id integer) strict; nonsense" };

    expect(() => migrate(connection, undefined, [...MIGRATIONS, broken])).toThrow("0099_broken");
    expect(schemaVersion(connection)).toBe(MIGRATIONS.length);
    expect(connection.prepare("select name from sqlite_master where name = 'half'").all()).toEqual(
      [],
    );
    connection.close();
    rmSync(folder, { recursive: true });
  });

  test("refuses a database of a newer release", () => {
    const folder = testFolder();
    const connection = connect(join(folder, "footfall.db"));
    connection.database.exec("pragma user_version = 99");

    expect(() => migrate(connection)).toThrow("start the newer release");
    connection.close();
    rmSync(folder, { recursive: true });
  });
});

test("an event that was called engagement goes on under another name", () => {
  const connection = connect(join(testFolder(), "footfall.db"));
  migrate(connection, undefined, MIGRATIONS.slice(0, 7));
  connection.database.exec(`
    insert into sites (id, key, domain, kind, privacy, further_domains, identify_secret, created_at)
      values (1, 'k', 'shop.example', 'website', 'storage', '[]', 'x', 0);
    insert into terms (id, site_id, text) values (5, 1, 'engagement'), (6, 1, '/');
    insert into definitions (site_id, name, trigger, state, created_at, changed_at)
      values (1, 'engagement', 'manual', 'active', 0, 0);
    insert into events (site_id, id, at, session_id, visitor_id, name, page)
      values (1, 1, 0, 1, 1, 5, 6);
    insert into flows (id, name, state, draft, created_at, changed_at) values
      (1, 'f', 'draft', '{"trigger":{"siteId":1,"event":"engagement"}}', 0, 0)`);

  migrate(connection);

  const one = (sql: string) => Object.values(connection.prepare(sql).get() as object)[0];
  expect(one("select t.text from events e join terms t on t.id = e.name")).toBe("engagement_event");
  expect(one("select name from definitions")).toBe("engagement_event");
  expect(one("select json_extract(draft, '$.trigger.event') from flows")).toBe("engagement_event");
  connection.close();
});

test("visitors keep their ids, numbers and ties when their keys become digests", () => {
  const connection = connect(join(testFolder(), "footfall.db"));
  migrate(connection, undefined, MIGRATIONS.slice(0, 10));
  // Two sites, one between the other, a visitor gone and one half erased.
  connection.database.exec(`
    insert into visitors (id, site_id, number, key, kind, first_at, contact_id, tied_by, tied_from,
        pending_contact_id, pending_from) values
      (1, 1, 1, 'browser-number-00001', 'storage', 5, null, null, null, null, null),
      (2, 1, 2, 'browser-number-00002', 'storage', 5, 70, 'identify', 9, null, null),
      (4, 2, 1, 'browser-number-00001', 'cookieless', 86400000, null, null, null, 71, 8),
      (5, 1, 4, 'browser-number-00005', 'storage', 5, null, null, null, null, null),
      (6, 1, 5, 'erased 6', 'storage', 5, null, null, null, null, null)`);

  migrate(connection);

  const visitors = createVisitors();
  const refs = [1, 2, 5, 6].map((n) => ({ siteId: 1, key: `browser-number-0000${n}` }));
  // As it is asked for on that day from now on.
  const other = { siteId: 2, key: `${(86_400_000).toString(36)}browser-number-00001` };
  visitors.load(connection, [...refs, other]);
  const found = [...refs, other].map((ref) => visitors.find(ref));
  expect(found.map((visitor) => visitor && [visitor.id, visitor.number])).toEqual([
    [1, 1],
    [2, 2],
    [5, 4],
    undefined,
    [4, 1],
  ]);
  expect(found[1]).toMatchObject({ contactId: 70, tiedFrom: 9, pendingContactId: null });
  expect(found[4]).toMatchObject({ contactId: null, pendingContactId: 71, pendingFrom: 8 });
  const [days] = connection
    .prepare("select group_concat(id || ' ' || cookieless_day) as days from visitors")
    .all() as [{ days: string }];
  expect(days.days).toBe("4 1");
  expect(visitors.add(connection, { siteId: 1, key: "somebody-new" })).toMatchObject({
    id: 7,
    number: 6,
  });
  connection.close();
});

test("all of many visitors are found by their keys afterwards", () => {
  const connection = connect(join(testFolder(), "footfall.db"));
  migrate(connection, undefined, MIGRATIONS.slice(0, 10));
  connection.database.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 450)
    insert into visitors (id, site_id, number, key, kind, first_at)
      select i, 1, i, 'browser-number-' || i, 'storage', 0 from n`);

  migrate(connection);

  const visitors = createVisitors();
  const refs = Array.from({ length: 450 }, (_, n) => ({
    siteId: 1,
    key: `browser-number-${n + 1}`,
  }));
  visitors.load(connection, refs);
  expect(refs.map((ref) => visitors.find(ref)?.number)).toEqual(refs.map((_, n) => n + 1));
  connection.close();
});

test("an upgrade is told of, with where the copy is", async () => {
  const folder = testFolder();
  const path = join(folder, "footfall.db");
  const connection = connect(path, { pageSize: 8192 });
  migrate(connection, undefined, MIGRATIONS.slice(0, 10));
  connection.close();
  const said: string[] = [];

  const first = openStore(folder, (sentence) => said.push(sentence));
  await first.close();
  const again = openStore(folder, (sentence) => said.push(sentence));
  await again.close();

  const copy = join(folder, `before-version-${MIGRATIONS.length}-from-10.db`);
  expect(said).toEqual([
    `upgrading the database from version 10 to ${MIGRATIONS.length}`,
    `as it was it stays in ${copy}`,
  ]);
  expect(existsSync(copy)).toBe(true);
});

test("the tables that queries know are those of the migrations, column by column", async () => {
  const store = openTestStore();
  const tables: SQLiteTable[] = Object.values(schema);

  for (const table of tables) {
    const { name } = getTableConfig(table);
    const known = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      required: column.notNull,
    }));
    const made = store.reader
      .prepare(
        `select name, type, "notnull" as required, pk from
      pragma_table_info('${name}')`,
      )
      .all() as {
      name: string;
      type: string;
      required: number;
      pk: number;
    }[];
    const columns = made.map((column) => ({
      name: column.name,
      type: column.type.toLowerCase(),
      // A primary key that stands for the row needs no "not null".
      required: column.required === 1 || column.pk === 1,
    }));

    expect([name, known]).toEqual([name, columns]);
  }
  const kept = store.reader
    .prepare("select count(*) as count from sqlite_master where type = 'table'")
    .get() as { count: number };
  expect(tables).toHaveLength(kept.count);
  await store.remove();
});

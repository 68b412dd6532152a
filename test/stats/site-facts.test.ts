import { expect, test } from "bun:test";
import { createTexts, readSiteFacts } from "../../src/stats/site-facts.ts";
import { openTestStore } from "../helpers/store.ts";
import { insertSite } from "../helpers/rows-table.ts";

test("tied() looks once, and only at visitors that are contacts", async () => {
  const store = openTestStore();
  await store.write((_, connection) => {
    insertSite(connection);
    connection.database.exec(
      `insert into visitors (id, site_id, number, key, kind, first_at, contact_id, tied_from)
       values (9, 1, 1, 'a', 'storage', 0, 5, 70), (4, 1, 2, 'b', 'storage', 0, 6, null),
         (5, 1, 3, 'c', 'storage', 0, null, null), (6, 2, 1, 'd', 'storage', 0, 5, 80)`,
    );
  });
  const asked: string[] = [];
  const { reader } = store;
  const prepare = (sql: string) => (asked.push(sql), reader.prepare(sql));
  const facts = readSiteFacts({ ...reader, prepare }, 1, createTexts(reader));
  asked.length = 0;

  const tied = facts.tied();
  facts.tied();

  expect([...tied.visitors]).toEqual([4, 9]);
  expect([...tied.from]).toEqual([Infinity, 70]);
  expect(asked).toHaveLength(1);
  const plan = reader.prepare(`explain query plan ${asked[0]}`).all([1]);
  expect(JSON.stringify(plan)).toContain("USING INDEX visitors_contact");
  await store.remove();
});

import { expect, test } from "bun:test";
import { createTexts, readSiteFacts } from "../../src/stats/site-facts.ts";
import { openTestStore } from "../helpers/store.ts";
import { insertSite } from "../helpers/rows-table.ts";

test("tied() looks once, and only at ties that are not pending", async () => {
  const store = openTestStore();
  await store.write((_, connection) => {
    insertSite(connection);
    connection.database.exec(
      `insert into ties (visitor_id, site_id, contact_id, tied_by, since, is_pending)
       values (9, 1, 5, 'link', 70, 0), (4, 1, 6, 'api', 60, 0), (5, 1, 5, 'link', 70, 1),
         (6, 2, 5, 'link', 80, 0)`,
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
  expect([...tied.from]).toEqual([60, 70]);
  expect(asked).toHaveLength(1);
  await store.remove();
});

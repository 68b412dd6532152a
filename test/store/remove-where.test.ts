import { expect, test } from "bun:test";
import { removeWhere } from "../../src/store/remove-where.ts";
import type { Write } from "../../src/store/writer.ts";
import { openTestStore } from "../helpers/store.ts";

const ROWS = 5000;

test("removeWhere() walks once through what there is, whatever is added meanwhile", async () => {
  const store = openTestStore();
  await store.write((_, { database }) => {
    database.exec(
      "create table things (site integer, id integer, kind integer, primary key (site, id)) strict",
    );
    const insert = database.prepare("insert into things values (1, ?, ?), (2, ?, 1)");
    for (let id = 1; id <= ROWS; id += 1) insert.run([id, id % 3, id]);
  });
  const said = new Set<string>();
  let slices = 0;
  const write: Write = (change, priority) =>
    store.write((tx, connection) => {
      slices += 1;
      connection.prepare("insert into things values (1, ?, 1)").run([ROWS + slices]);
      const prepare = (sql: string) => (said.add(sql), connection.prepare(sql));
      return change(tx, { ...connection, prepare });
    }, priority);

  await removeWhere(write, {
    table: "things",
    key: "id",
    of: "site = ?",
    ofParameters: [1],
    where: "kind = ?",
    parameters: [1],
  });

  const count = (sql: string) => (store.reader.prepare(sql).get() as { n: number }).n;
  expect(
    count(`select count(*) as n from things where site = 1 and kind = 1 and id <= ${ROWS}`),
  ).toBe(0);
  expect(count(`select count(*) as n from things where site = 1 and id > ${ROWS + 1}`)).toBe(
    slices - 1,
  );
  expect(count("select count(*) as n from things where site = 2")).toBe(ROWS);
  // No slice begins at the beginning of the table but the first.
  const plans = [...said]
    .filter((sql) => sql.includes("id > ?"))
    .map((sql) => {
      const parameters = Array.from({ length: sql.split("?").length - 1 }, () => 1);
      const steps = store.reader.prepare(`explain query plan ${sql}`).all(parameters);
      return (steps as { detail: string }[]).map(({ detail }) => detail).join("; ");
    });
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) expect(plan).toMatch(/site=\? AND id>\? AND id<\?/);
  await store.remove();
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { createVisitorNumbers } from "../../src/identity/visitor-numbers.ts";
import { connect, type Connection } from "../../src/store/connection.ts";
import { migrate } from "../../src/store/migrate.ts";
import { visitorNumberSql, visitorSiteSql } from "../../src/store/visitor-number.ts";
import { testFolder } from "../helpers/store.ts";

let connection: Connection;
beforeEach(() => {
  connection = connect(`${testFolder()}/footfall.db`);
  migrate(connection);
});
afterEach(() => connection.close());

const stored = (id: number) =>
  connection
    .prepare(
      `select ${visitorNumberSql("j.value")} as number, ${visitorSiteSql("j.value")} as site
       from json_each(?) j`,
    )
    .get([JSON.stringify([id])]) as { number: number | null; site: number | null };

test("visitors of a site are numbered from 1 without a gap, whatever others do and restarts", () => {
  const given = new Map<number, { site: number; number: number }>();
  let numbers = createVisitorNumbers();
  for (let round = 0; round < 3000; round += 1) {
    const site = round % 7 === 0 ? 2 : round % 11 === 0 ? 3 : 1;
    const { id, number } = numbers.next(connection, site);
    expect(given.has(id)).toBe(false);
    given.set(id, { site, number });
    numbers.write(connection);
    if (round % 500 === 0) numbers = createVisitorNumbers();
  }

  for (const site of [1, 2, 3]) {
    const own = [...given.values()].filter((each) => each.site === site);
    expect(own.map(({ number }) => number)).toEqual(own.map((_, index) => index + 1));
  }
  for (const [id, { site, number }] of given) expect(stored(id)).toMatchObject({ site, number });
  expect(stored(Math.max(...given.keys()) + 1000)).toMatchObject({ site: null, number: null });
});

test("a site that is alone has one range, which grows", () => {
  const numbers = createVisitorNumbers();
  for (let round = 0; round < 2000; round += 1) numbers.next(connection, 1);
  numbers.write(connection);

  const ranges = connection.prepare("select first_id, used, size from visitor_ranges").all();
  expect(ranges).toEqual([{ first_id: 1, used: 2000, size: 2048 }]);
});

test("what a transaction gave that did not happen is given again", () => {
  const numbers = createVisitorNumbers();
  numbers.next(connection, 1);
  numbers.write(connection);
  connection.database.exec("begin");
  const lost = numbers.next(connection, 1);
  numbers.write(connection);
  connection.database.exec("rollback");
  numbers.forget();

  expect(numbers.next(connection, 1)).toEqual(lost);
});

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { connect } from "../../src/store/connection.ts";
import { giveBackFreePages, makeShrinkable } from "../../src/store/free-pages.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";
import { testFolder } from "../helpers/store.ts";

const ROWS = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
  insert into settings (key, value) select 'row ' || i, hex(randomblob(200)) from n`;

const pages = ({ reader }: OpenStore, what: "page_count" | "freelist_count") =>
  (reader.prepare(`pragma ${what}`).get() as Record<string, number>)[what]!;

describe("giveBackFreePages()", () => {
  test("makes the file smaller, keeps what is in it and leaves some pages free", async () => {
    const store = openStore(testFolder());
    await store.write((_, { database }) => database.exec(ROWS));
    const full = pages(store, "page_count");
    await store.write((_, { database }) =>
      database.exec("delete from settings where cast(substr(key, 5) as integer) < 15000"),
    );
    const left = () =>
      Object.entries(
        store.reader
          .prepare("select sum(length(value)) as bytes, count(*) as n from settings")
          .get() as object,
      ).filter(([name]) => name !== "_metadata");
    const before = left();

    await giveBackFreePages(store.write);

    expect(left()).toEqual(before);
    expect(pages(store, "page_count")).toBeLessThan(full / 2);
    expect(pages(store, "freelist_count") * 8192).toBeWithin(900_000, 1_200_000);
    const [sound] = store.reader.prepare("pragma integrity_check").all() as [object];
    expect(sound).toMatchObject({ integrity_check: "ok" });
    await store.close();
  });

  test("does nothing where little is free", async () => {
    const store = openStore(testFolder());
    const before = pages(store, "page_count");

    await giveBackFreePages(store.write);

    expect(pages(store, "page_count")).toBe(before);
    await store.close();
  });
});

describe("makeShrinkable()", () => {
  test("leaves the file as it is, and says so, when it fails", async () => {
    const folder = testFolder();
    const path = join(folder, "old.db");
    const connection = connect(path);
    migrate(connection);
    const said: string[] = [];
    const failing = {
      ...connection,
      database: new Proxy(connection.database, {
        get: (target, name) =>
          name === "exec"
            ? (sql: string) => {
                if (sql.includes("vacuum;") || sql.endsWith("vacuum")) throw new Error("disk full");
                return target.exec(sql);
              }
            : Reflect.get(target, name).bind(target),
      }),
    };

    makeShrinkable(failing, path, (sentence) => said.push(sentence));

    expect(said.at(-1)).toBe("it stays as it was: disk full");
    expect(connection.prepare("select name from secrets").all()).toEqual([
      { name: "visitor keys" },
    ]);
    connection.close();
  });

  test("is done when a file is opened that was made without it, and once", async () => {
    const folder = join(testFolder(), "it's a folder");
    const first = openStore(folder);
    await first.close();
    const old = join(folder, "footfall.db");
    const connection = connect(old);
    connection.database.exec("pragma auto_vacuum = none; vacuum");
    migrate(connection);
    connection.database.exec(
      `${ROWS}; delete from settings where cast(substr(key, 5) as integer) < 15000`,
    );
    connection.close();

    const store = openStore(folder);

    const mode = store.reader.prepare("pragma auto_vacuum").get() as { auto_vacuum: number };
    expect(mode.auto_vacuum).toBe(2);
    expect(pages(store, "freelist_count")).toBe(0);
    const [{ n }] = store.reader.prepare("select count(*) as n from settings").all() as [
      { n: number },
    ];
    expect(n).toBe(5001);
    await store.close();
  });
});

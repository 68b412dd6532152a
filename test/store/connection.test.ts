import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Connection } from "../../src/store/connection.ts";

let folder: string;
let writer: Connection;
let reader: Connection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "footfall-connection-"));
  const path = join(folder, "numbers.db");
  writer = connect(path, { busyTimeoutMs: 0 });
  writer.database.exec("create table numbers (n integer primary key) strict");
  writer.database.exec("insert into numbers select value from generate_series(1, 1000)");
  reader = connect(path, { readOnly: true });
});

afterEach(() => {
  reader.close();
  writer.close();
  rmSync(folder, { recursive: true });
});

const numbers = () =>
  reader.iterate("select n from numbers where n > ? order by n", [10]) as Iterable<{ n: number }>;

/** Whether all of the log can be moved into the database: nobody needs it. */
function isFree(): boolean {
  writer.database.exec("insert into numbers select max(n) + 1 from numbers");
  const { busy } = writer.database.prepare("pragma wal_checkpoint(truncate)").get() as {
    busy: number;
  };
  return busy === 0;
}

describe("iterate()", () => {
  test("gives one row after the other", () => {
    const found = [...numbers()].map(({ n }) => n);

    expect(found).toEqual(Array.from({ length: 990 }, (_, index) => index + 11));
    expect(isFree()).toBeTrue();
  });

  test("holds nothing any more when it is left before its last row", () => {
    reader.database.exec("begin");
    let found = 0;
    let whileReading = true;
    for (const { n } of numbers()) {
      whileReading = isFree();
      found = n;
      break;
    }
    reader.database.exec("commit");

    expect(found).toBe(11);
    expect(whileReading).toBeFalse();
    expect(isFree()).toBeTrue();
  });

  test("holds nothing any more when what it is read for breaks", () => {
    const read = () => {
      for (const { n } of numbers()) throw new Error(`not ${n}`);
    };

    expect(read).toThrow("not 11");
    expect(isFree()).toBeTrue();
  });

  test("is how all rows are read one by one", async () => {
    const bare: string[] = [];
    for await (const file of new Bun.Glob("src/**/*.{ts,tsx}").scan(".")) {
      const text = readFileSync(file, "utf8").replaceAll("connection.iterate(", "");
      if (file !== "src/store/connection.ts" && text.includes(".iterate(")) bare.push(file);
    }

    expect(bare).toEqual([]);
  });
});

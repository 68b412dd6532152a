import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { WORDS, type BenchSession, type Word } from "./traffic.ts";

// The reference: DuckDB with the same rows, as wide as it likes them, ENUM columns, two threads.

/** What is used of `@duckdb/node-api`; it is installed for this bench alone. */
export interface Duck {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<unknown[][]>;
  close(): void;
}

export async function openDuck(path: string): Promise<Duck> {
  const { DuckDBInstance } = (await import("@duckdb/node-api" as string)) as {
    DuckDBInstance: {
      create(
        path: string,
        options: Record<string, string>,
      ): Promise<{
        connect(): Promise<{
          run(sql: string): Promise<unknown>;
          runAndReadAll(sql: string): Promise<{ getRowsJS(): unknown[][] }>;
          closeSync(): void;
        }>;
        closeSync(): void;
      }>;
    };
  };
  const instance = await DuckDBInstance.create(path, { threads: "2" });
  const connection = await instance.connect();
  return {
    run: async (sql) => void (await connection.run(sql)),
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const SESSION_WORDS = [
  "source",
  "referrer",
  "campaign",
  "country",
  "region",
  "city",
  "language",
  "device",
  "browser",
  "version",
  "system",
] as const satisfies readonly Word[];

/** Writes rows as CSV of numbers; what they stand for is joined when DuckDB reads them. */
export function createDuckFiles(folder: string) {
  const paths = { sessions: join(folder, "sessions.csv"), events: join(folder, "events.csv") };
  const sessions = createWriteStream(paths.sessions);
  const events = createWriteStream(paths.events);
  const write = async (stream: typeof events, text: string) => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  return {
    paths,
    async add(day: readonly BenchSession[]) {
      for (let from = 0; from < day.length; from += 5000) {
        const part = day.slice(from, from + 5000);
        await write(sessions, part.map(sessionLine).join(""));
        await write(events, part.map(eventLines).join(""));
      }
    },
    async end() {
      await Promise.all([sessions, events].map((stream) => once(stream.end(), "finish")));
    },
  };
}

function sessionLine(session: BenchSession): string {
  const seen = session.events.filter(({ name }) => name === 0);
  const endings = session.events.map(({ at, engaged }) => at + Math.max(0, engaged) * 100);
  const started = session.events[0]!.at;
  const cells = [
    session.id,
    session.visitor,
    started,
    Math.max(...endings) - started,
    session.events.length === 1 ? 1 : 0,
    session.isNew ? 1 : 0,
    session.screen,
    seen[0]!.page,
    seen.at(-1)!.page,
    ...SESSION_WORDS.map((word) => session[word]),
  ];
  return `${cells.join(",")}\n`;
}

function eventLines(session: BenchSession): string {
  return session.events
    .map(({ at, name, page, engaged, scroll, cents, sku }) => {
      const cells = [session.id, at, name, page, engaged < 0 ? "" : engaged * 100];
      cells.push(engaged < 0 ? "" : scroll, cents > 0 ? cents / 100 : "", sku < 0 ? "" : sku);
      return `${cells.join(",")}\n`;
    })
    .join("");
}

/** Makes the tables: one row an event with all of its session, and one row a session. */
export async function loadDuck(duck: Duck, paths: { sessions: string; events: string }) {
  for (const [word, texts] of Object.entries(WORDS)) {
    const values = texts.map((text) => `'${text}'`).join(", ");
    await duck.run(`create type ${word}_enum as enum (${values})`);
    await duck.run(
      `create temp table ${word}_words as select unnest(range(${texts.length})) as code,
         unnest([${values}])::${word}_enum as word`,
    );
  }
  const columns = (cells: readonly string[]) =>
    `{${cells.map((cell) => `'${cell}': 'BIGINT'`).join(", ")}}`;
  const sessionCells = ["session", "visitor", "started", "duration", "bounce", "is_new", "screen"];
  const codes = ["entry_page", "exit_page", ...SESSION_WORDS];
  const wordOf = (code: string) => (code.endsWith("_page") ? "page" : code);
  await duck.run(`
    create table sessions as
    select ${sessionCells.map((cell) => `s.${cell}::${cell === "started" ? "BIGINT" : "UINTEGER"} as ${cell}`).join(", ")},
      ${codes.map((code) => `w_${code}.word as ${code}`).join(", ")}
    from read_csv('${paths.sessions}', header = false, columns = ${columns([...sessionCells, ...codes])}) s
    ${codes.map((code) => `join ${wordOf(code)}_words w_${code} on w_${code}.code = s.${code}`).join("\n    ")}
    order by started`);
  await duck.run(`
    create table events as
    select e.at as moment, n.word as name, p.word as page, t.word as title, k.word as sku,
      e.engaged::UINTEGER as engaged, e.scroll::UTINYINT as scroll, e.value,
      s.*
    from read_csv('${paths.events}', header = false, columns = {'session': 'BIGINT', 'at': 'BIGINT',
      'name': 'BIGINT', 'page': 'BIGINT', 'engaged': 'BIGINT', 'scroll': 'BIGINT',
      'value': 'DOUBLE', 'sku': 'BIGINT'}) e
    join sessions s on s.session = e.session
    join name_words n on n.code = e.name
    join page_words p on p.code = e.page
    join title_words t on t.code = e.page
    left join sku_words k on k.code = e.sku
    order by e.at`);
  await duck.run("checkpoint");
}

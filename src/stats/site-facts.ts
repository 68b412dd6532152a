import { PAGE_VIEW } from "../events/event.ts";
import type { Connection } from "../store/connection.ts";
import { visitorNumberSql } from "../store/visitor-number.ts";
import type { SiteFacts } from "./site-data.ts";

/** Texts kept at a time; a top list needs a few hundred, a search all of them once. */
const MOST_TEXTS = 100_000;

/** Reads what figures need to know of a site besides its blocks, as it is now. */
export function readSiteFacts(connection: Connection, siteId: number, texts: Texts): SiteFacts {
  const names = connection
    .prepare(
      // By name: a site may have a hundred thousand terms.
      `/* readSiteFacts */ select t.id, t.text from (
         select '${PAGE_VIEW}' as name union
         select name from definitions where site_id = ?1 and removed_at is null) d
       cross join terms t on t.site_id = ?1 and t.text = d.name`,
    )
    .all([siteId]) as { id: number; text: string }[];
  let tied: ReturnType<SiteFacts["tied"]> | undefined;
  return {
    viewTerm: names.find(({ text }) => text === PAGE_VIEW)?.id ?? 0,
    counted: new Set(names.map(({ id }) => id)),
    textOf: texts.textOf,
    idOf(text) {
      const row = connection
        .prepare("select id from terms where site_id = ? and text = ?")
        .get([siteId, text]) as { id: number } | undefined;
      return row?.id;
    },
    // Each block asks.
    tied: () => (tied ??= readTied(connection, siteId)),
    visitorNumbers: (ids) => readVisitors(connection, ids),
  };
}

/** Texts of terms by their ids; they never change, so those looked up are kept. */
export interface Texts {
  textOf(term: number): string;
}

export function createTexts(connection: Connection): Texts {
  let kept = new Map<number, string>([[0, ""]]);
  return {
    textOf(term) {
      let text = kept.get(term);
      if (text === undefined) {
        const row = connection.prepare("select text from terms where id = ?").get([term]) as
          { text: string } | undefined;
        text = row?.text ?? "";
        if (kept.size >= MOST_TEXTS) kept = new Map([[0, ""]]);
        kept.set(term, text);
      }
      return text;
    },
  };
}

function readTied(connection: Connection, siteId: number): ReturnType<SiteFacts["tied"]> {
  const rows = connection
    .prepare(
      `/* readTied */ select visitor_id as id, since from ties
       where site_id = ? and is_pending = 0 order by visitor_id`,
    )
    .all([siteId]) as { id: number; since: number }[];
  return {
    visitors: Uint32Array.from(rows, ({ id }) => id),
    from: Float64Array.from(rows, ({ since }) => since),
  };
}

function readVisitors(
  connection: Connection,
  ids: readonly number[],
): ReturnType<SiteFacts["visitorNumbers"]> {
  const rows = connection
    .prepare(
      `/* readVisitors */ select j.value as id, ${visitorNumberSql("j.value")} as number,
         t.contact_id as contactId, t.since as tiedFrom
       from json_each(?) j
       left join ties t on t.visitor_id = j.value and t.is_pending = 0`,
    )
    .all([JSON.stringify(ids)]) as {
    id: number;
    number: number;
    contactId: number | null;
    tiedFrom: number | null;
  }[];
  return new Map(rows.map(({ id, ...visitor }) => [id, visitor]));
}

import type { App } from "../../src/app.ts";
import { timedDigest } from "../../src/lib/timed-digest.ts";
import { readVisitorSecret } from "../../src/store/visitor-secret.ts";
import { connect } from "../../src/store/connection.ts";

export interface StoredEvent {
  readonly name: string;
  readonly page: string;
  readonly at: number;
  /** What is kept of the browser's id, see `keyOf`. */
  readonly visitor: string;
  readonly session: number;
  readonly source: string;
  readonly kind: string;
  readonly contact: number | null;
  readonly properties: string | null;
}

/** All stored events in the order of their making, as a person would read them. */
export function storedEvents({ databasePath }: Pick<App, "databasePath">): StoredEvent[] {
  return ask<StoredEvent>(
    { databasePath },
    `select n.text as name, p.text as page, e.at, hex(v.key) as visitor, e.session_id as session,
       o.text as source, iif(v.cookieless_day is null, 'storage', 'cookieless') as kind,
       case when e.at >= t.since and t.is_pending = 0 then t.contact_id end as contact,
       e.properties
     from events e join terms n on n.id = e.name join terms p on p.id = e.page
     join visitors v on v.id = e.visitor_id join sessions s on s.id = e.session_id
     join terms o on o.id = s.source left join ties t on t.visitor_id = v.id order by e.id`,
  );
}

/** What is kept of a browser's id, as `hex(key)` shows it. */
export function keyOf({ databasePath }: Pick<App, "databasePath">, visitor: string): string {
  const connection = connect(databasePath, { readOnly: true });
  const key = timedDigest(readVisitorSecret(connection), visitor);
  connection.close();
  return key.toString("hex").toUpperCase();
}

/** Rows of a query over a connection of its own. */
export function ask<Row>(
  { databasePath }: Pick<App, "databasePath">,
  sql: string,
  ...parameters: unknown[]
): Row[] {
  const connection = connect(databasePath, { readOnly: true });
  try {
    return connection.database.prepare(sql).all(parameters) as Row[];
  } finally {
    connection.close();
  }
}

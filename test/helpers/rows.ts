import type { App } from "../../src/app.ts";
import { connect } from "../../src/store/connection.ts";

export interface StoredEvent {
  readonly name: string;
  readonly page: string;
  readonly at: number;
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
    `select n.text as name, p.text as page, e.at, v.key as visitor, e.session_id as session,
       o.text as source, v.kind, case when e.at >= v.tied_from then v.contact_id end as contact,
       e.properties
     from events e join terms n on n.id = e.name join terms p on p.id = e.page
     join visitors v on v.id = e.visitor_id join sessions s on s.id = e.session_id
     join terms o on o.id = s.source order by e.id`,
  );
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

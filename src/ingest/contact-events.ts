import type { RecordedEvent } from "../events/event.ts";
import { markSeen } from "../contacts/record.ts";
import type { PastEvent, PastQuestion } from "../stats/past.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import { bulkInsert, type Row } from "./bulk-insert.ts";

const INSERT = `insert or ignore into contact_events
  (contact_id, at, event_id, site_id, visitor_id, name, page, properties)`;

/** Keeps what known persons did as rows, for their timeline and for flows. */
export function writeContactEvents(connection: Connection, events: readonly RecordedEvent[]): void {
  const rows: Row[] = [];
  const seen = new Map<number, number>();
  for (const event of events) {
    if (event.contactId === undefined) continue;
    const properties = event.properties ? JSON.stringify(event.properties) : null;
    rows.push([
      event.contactId,
      event.at,
      event.id,
      event.siteId,
      event.visitorId,
      event.name,
      event.page,
      properties,
    ]);
    seen.set(event.contactId, Math.max(event.at, seen.get(event.contactId) ?? 0));
  }
  if (rows.length === 0) return;
  bulkInsert(connection, INSERT, rows);
  for (const [contactId, at] of seen) markSeen(connection, contactId, at);
}

const PAST_MS = 90 * 24 * 60 * 60 * 1000;
const MOST_EVENTS = 1000;

export interface PastParts {
  readonly write: Write;
  readonly readPast: (question: PastQuestion) => Promise<readonly PastEvent[]>;
  readonly now: () => number;
}

/** Fills in what visitors did before they were known. */
export type FillInPast = (visitorId: number, contactId: number) => Promise<void>;

/** Ties remembered as filled in; a page that says who its visitor is does so with every view. */
const MOST_REMEMBERED = 20_000;

/**
 * Makes what fills in the past of a visitor: the last 90 days, at most 1,000 events.
 *
 * Done after the batch that tied the visitor, in the process that reads segments, so that nobody's
 * answer waits for it. Rows keep their ids, so doing it again changes nothing; what is sealed has
 * none, and only what is earlier than all that is there already is taken from there.
 */
export function createFillInPast({ write, readPast, now }: PastParts): FillInPast {
  const filled = new Set<string>();
  return async (visitorId, contactId) => {
    const tie = await write((_, connection) => readTie(connection, visitorId, contactId), "import");
    if (!tie) return;
    const name = `${visitorId} ${contactId} ${tie.from}`;
    if (filled.has(name)) return;
    if (filled.size >= MOST_REMEMBERED) filled.clear();
    filled.add(name);
    // What failed is tried again the next time that this visitor is said to be this contact.
    const readIt = (question: PastQuestion) =>
      readPast(question).catch((error) => {
        filled.delete(name);
        throw error;
      });
    const past = await readIt({
      siteId: tie.siteId,
      visitorId,
      from: Math.max(tie.from, now() - PAST_MS),
      sealedBefore: tie.earliest ?? Number.MAX_SAFE_INTEGER,
      limit: MOST_EVENTS,
    });
    await write((_, connection) => {
      // Meanwhile it may have turned out to be somebody else, or have been erased.
      if (readTie(connection, visitorId, contactId)?.from !== tie.from) return;
      bulkInsert(
        connection,
        INSERT,
        past.map(({ id, at, name: event, page, properties }) => [
          contactId,
          at,
          id,
          tie.siteId,
          visitorId,
          event,
          page,
          properties,
        ]),
      );
    }, "import");
  };
}

interface Tie {
  readonly siteId: number;
  readonly from: number;
  /** Of what is there already. */
  readonly earliest: number | null;
}

function readTie(connection: Connection, visitorId: number, contactId: number): Tie | undefined {
  return connection
    .prepare(
      `/* readTie */ select t.site_id as siteId, t.since as "from", (
         select min(at) from contact_events e
         where e.contact_id = t.contact_id and e.visitor_id = t.visitor_id) as earliest
       from ties t where t.visitor_id = ? and t.contact_id = ? and t.is_pending = 0`,
    )
    .get([visitorId, contactId]) as Tie | undefined;
}

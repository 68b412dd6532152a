import { LONGEST_SESSION_MS, SESSION_GAP_MS } from "../events/session-length.ts";

/** A session as ingest works on it; text is kept as terms. */
export interface Session {
  readonly id: number;
  readonly visitorId: number;
  startedAt: number;
  lastAt: number;
  views: number;
  events: number;
  entryPage: number;
  exitPage: number;
  readonly source: number;
  readonly campaign: number | null;
}

/** A browser on a site, with its latest session. */
export interface Visitor {
  readonly id: number;
  readonly siteId: number;
  readonly number: number;
  readonly key: string;
  contactId: number | null;
  tiedFrom: number | null;
  pendingContactId: number | null;
  pendingFrom: number | null;
  session: Session | undefined;
  /** Made just now: the first session that begins is the visitor's first. */
  isNew: boolean;
}

/** Whether something that happened at a moment belongs to a session, which never grows past a day. */
export function belongsTo({ startedAt, lastAt }: Session, at: number): boolean {
  if (at < startedAt - SESSION_GAP_MS || at > lastAt + SESSION_GAP_MS) return false;
  return Math.max(lastAt, at) - Math.min(startedAt, at) <= LONGEST_SESSION_MS;
}

/** The contact an event of a visitor belongs to: the one the visitor was tied to by then. */
export function contactAt(visitor: Visitor, at: number): number | undefined {
  if (visitor.contactId === null || visitor.tiedFrom === null) return undefined;
  return at >= visitor.tiedFrom ? visitor.contactId : undefined;
}

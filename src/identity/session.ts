/** 30 minutes without activity end a session, as everywhere in the field. */
export const SESSION_GAP_MS = 30 * 60 * 1000;

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
}

/** Whether something that happened at a moment belongs to a session. */
export function belongsTo(session: Session, at: number): boolean {
  return at >= session.startedAt - SESSION_GAP_MS && at <= session.lastAt + SESSION_GAP_MS;
}

/** The contact an event of a visitor belongs to: the one the visitor was tied to by then. */
export function contactAt(visitor: Visitor, at: number): number | undefined {
  if (visitor.contactId === null || visitor.tiedFrom === null) return undefined;
  return at >= visitor.tiedFrom ? visitor.contactId : undefined;
}

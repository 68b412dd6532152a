/** An event as it was stored, handed to those who count it or act on it in the same transaction. */
export interface RecordedEvent {
  readonly id: number;
  readonly siteId: number;
  /** Epoch ms: when it happened, by the server's clock less the age the browser stated. */
  readonly at: number;
  readonly name: string;
  readonly visitorId: number;
  readonly visitorNumber: number;
  readonly sessionId: number;
  /** The contact the event belongs to, if the visitor was tied to one when it happened. */
  readonly contactId: number | undefined;
  /** The path of the page; a query may hold names and addresses, and is left out. */
  readonly page: string;
  readonly title: string;
  readonly url: string;
  readonly source: string;
  readonly country: string | undefined;
  /** Known only where the operator brings a file that tells. */
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  readonly device: string;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  /** Whether a definition with this name exists; undefined names are kept but start nothing. */
  readonly defined: boolean;
}

/** The name of the event that each view of a page is. */
export const PAGE_VIEW = "page_view";

/** What the pixel sends when a visitor it has counted agrees to be recognised. */
export const CONSENT = "consent";

/** What the pixel sends of a page that is left: how long it was looked at, how far it was seen. */
export const ENGAGEMENT = "engagement";

/** Names with a meaning of their own; no definition may take them. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  PAGE_VIEW,
  "identify",
  "interact",
  CONSENT,
  ENGAGEMENT,
]);

/** What a person may call an event; the pixel and the API refuse others. */
export const EVENT_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;

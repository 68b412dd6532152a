import type { Occurrence } from "../../src/stats/arrived.ts";
import { countryName, sourceName } from "./text.ts";
import { Time } from "./time.tsx";

export type FeedItem = Occurrence & { readonly siteDomain?: string };

/** City and country, as far as they are known. */
const placeOf = ({ city, country }: FeedItem): string =>
  [city, country && countryName(country)].filter(Boolean).join(", ");

/** One thing that happened, as it happens. */
export const FeedRow = ({ item, zone }: { item: FeedItem; zone: string }) => (
  <li>
    <Time at={item.at} zone={zone} style="clock" />
    <b class="cut" title={item.name}>
      {item.name === "page_view" ? "Viewed a page" : item.name}
    </b>
    <span class="cut" title={item.page}>
      {item.siteDomain && <span class="muted">{item.siteDomain}</span>}
      {item.page}
      {item.properties && <span class="muted small"> {item.properties}</span>}
    </span>
    <span class="muted small">
      {[sourceName(item.source), placeOf(item), item.device].filter(Boolean).join(" · ")} ·{" "}
      {item.contactId === null ? (
        `visitor ${item.visitorNumber}`
      ) : (
        <a href={`/admin/contacts/${item.contactId}`}>contact {item.contactId}</a>
      )}
    </span>
  </li>
);

interface FeedProps {
  /** Where the stream of rows comes from. */
  readonly stream: string;
  readonly items: readonly FeedItem[];
  readonly zone: string;
  readonly empty: string;
}

/** What happens before the stream is open is sent as soon as it is: it says what is shown already. */
const lastId = (items: readonly FeedItem[]) => Math.max(0, ...items.map(({ id }) => id));

/** A list that grows at its top while one looks at it. */
export const Feed = ({ stream, items, zone, empty }: FeedProps) => (
  <>
    <ol
      class="feed"
      id="feed"
      hx-sse:connect={`${stream}${stream.includes("?") ? "&" : "?"}after=${lastId(items)}`}
      hx-swap="afterbegin"
      aria-live="off"
    >
      {items.map((item) => (
        <FeedRow item={item} zone={zone} />
      ))}
    </ol>
    {items.length === 0 && (
      <p class="pad muted" data-empty>
        {empty}
      </p>
    )}
  </>
);

import type { App } from "../../app.ts";
import type { Filter, Happening } from "../../stats/question.ts";
import type { FeedItem } from "../../../views/parts/feed.tsx";
import { isPathMatch } from "../../stats/parse-match.ts";

/** What a list of the latest shows. */
export interface Latest {
  readonly siteId: number;
  readonly name?: string | undefined;
  /** Path, in which `*` stands for anything. */
  readonly page?: string | undefined;
  readonly limit: number;
}

/** As many as one question may give; of pages with odd patterns some of them are left out. */
const MOST = 200;

/**
 * The latest that happened on a site, sealed or not.
 *
 * Each carries the number of the newest event there was before the question, so that what comes
 * from then on is told by the stream: rather once more than not at all.
 */
export async function latestItems(app: App, latest: Latest): Promise<FeedItem[]> {
  const { siteId, name, page, limit } = latest;
  const id = app.lastArrived(siteId);
  const items = await app.stats.occurrences({
    siteIds: [siteId],
    zone: "UTC",
    period: { from: 0, until: app.now() + 1 },
    filter: filterOf(name, page),
    limit: page?.includes("*") ? MOST : limit,
    all: true,
  });
  return items
    .filter((item) => page === undefined || isPathMatch(page, item.page))
    .slice(0, limit)
    .map((item) => toFeedItem(item, id));
}

function filterOf(name: string | undefined, page: string | undefined): Filter | undefined {
  const all: Filter[] = [];
  if (name !== undefined) all.push({ dimension: "event", operator: "is", values: [name] });
  if (page !== undefined) {
    const star = page.indexOf("*");
    const start = star < 0 ? page : page.slice(0, star);
    const operator = star < 0 ? "is" : "starts_with";
    if (start !== "") all.push({ dimension: "page", operator, values: [start] });
  }
  return all.length > 0 ? { all } : undefined;
}

const orNull = (text: string) => (text === "" ? null : text);

function toFeedItem(item: Happening, id: number): FeedItem {
  return {
    id,
    at: item.at,
    name: item.event,
    page: item.page,
    title: orNull(item.title),
    source: item.source,
    device: item.device,
    country: orNull(item.country),
    region: orNull(item.region),
    city: orNull(item.city),
    visitorNumber: item.visitorNumber,
    contactId: item.contactId,
    properties: item.properties === null ? null : JSON.stringify(item.properties),
  };
}

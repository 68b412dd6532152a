import { Elysia } from "elysia";
import { renderToString } from "preact-render-to-string";
import type { App } from "../../app.ts";
import type { RecordedEvent } from "../../events/event.ts";
import { LivePage, VisitorsNow } from "../../../views/live.tsx";
import { FeedRow, type FeedItem } from "../../../views/parts/feed.tsx";
import { findUserByToken } from "../../auth/sign-in.ts";
import { listDefinitions, listUndefinedEvents } from "../../events/queries.ts";
import { Refusal } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import { isPathMatch, parseMatch } from "../../stats/parse-match.ts";
import { signInToken } from "../cookies.ts";
import { fragment, page } from "../page.ts";
import { latestItems } from "./feed-items.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  // Proxies that gather answers before passing them on would hold the stream back.
  "x-accel-buffering": "no",
};

/** A comment now and then keeps proxies from closing a quiet stream. */
const BEAT_MS = 20_000;
/** How long somebody who was signed out elsewhere goes on seeing events. */
const GUARD_MS = 2000;
/** A burst is shown in part: nobody reads more, and a slow browser must not fill our memory. */
const MOST_A_TURN = 30;
const MOST_WAITING = 300;
const FLUSH_MS = 150;
/** How far back a stream that broke off takes up what it missed. */
const MISSED_MS = 10 * 60_000;
/** Rows that stand on the page when it opens. */
const SHOWN = 50;

/**
 * `/admin/sites/:key/live`, the page, and `/admin/live`: rows of the feed as server-sent events;
 * of one site, one event, some pages, or all.
 *
 * What was stored since the page was made, or since the stream broke, comes first.
 */
export const adminLive = (app: App) =>
  new Elysia()
    .use(signedIn(app))

    .get("/sites/:key/live", async ({ request, params: { key }, query }) => {
      const site = await getSite(app.store, key);
      const filter = { name: query.name ?? "", page: query.page ?? "" };
      const { path, error } = readPath(filter.page);
      const [items, now, definitions, others] = await Promise.all([
        latestItems(app, {
          siteId: site.id,
          name: filter.name || undefined,
          page: path,
          limit: SHOWN,
        }),
        app.stats.now(site.id),
        listDefinitions(app.store, site.id),
        listUndefinedEvents(app.store, site.id),
      ]);
      return page(
        <LivePage
          site={site}
          now={now}
          items={items}
          filter={filter}
          names={[...definitions, ...others].map(({ name }) => name)}
          error={error}
          zone={viewerZone(request)}
        />,
        error === undefined ? 200 : 422,
      );
    })

    .get("/sites/:key/live/now", async ({ params: { key } }) => {
      const site = await getSite(app.store, key);
      return fragment(<VisitorsNow siteKey={key} now={await app.stats.now(site.id)} />);
    })

    .get("/live", ({ request, query }) => {
      const { site } = query;
      const name = query.name || undefined;
      const { path } = readPath(query.page ?? "");
      const sites = site === undefined ? [...app.sites.all()] : [app.sites.find(site)];
      const wanted = new Map(sites.flatMap((each) => (each ? [[each.id, each.domain]] : [])));
      const afterId = Number(request.headers.get("last-event-id") ?? query.after ?? 0) || 0;
      const zone = viewerZone(request);
      const withSite = (siteId: number, item: FeedItem): FeedItem =>
        site === undefined ? { ...item, siteDomain: wanted.get(siteId) ?? "" } : item;

      const missed = (): FeedItem[] => {
        const since = app.now() - MISSED_MS;
        const asked = { name, page: path, afterId, since, limit: MOST_A_TURN };
        return [...wanted.keys()].flatMap((siteId) =>
          app.listArrived({ siteId, ...asked }).map((item) => withSite(siteId, item)),
        );
      };
      const stream = streamOf(app, request, {
        missed,
        async isSignedIn() {
          const token = signInToken(app.config, request);
          return Boolean(token && (await findUserByToken(app.store, app.write, token, app.now())));
        },
        render: (item) => renderToString(<FeedRow item={item} zone={zone} />),
        take(event) {
          const isNamed = name === undefined || event.name === name;
          const isThere = path === undefined || isPathMatch(path, event.page);
          const fits = wanted.has(event.siteId) && isNamed && isThere;
          return fits ? withSite(event.siteId, toItem(event)) : undefined;
        },
      });
      return new Response(stream, { headers: HEADERS });
    });

/** Which pages are meant; all, if what was typed is no path. */
function readPath(typed: string): { path?: string; error?: string } {
  if (typed.trim() === "") return {};
  try {
    return { path: parseMatch("page", typed).match };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

interface Feeding {
  /** What the page does not show yet, from the database. */
  readonly missed: () => readonly FeedItem[];
  readonly take: (event: RecordedEvent) => FeedItem | undefined;
  readonly render: (item: FeedItem) => string;
  /** Whether whoever looks may still do so. */
  readonly isSignedIn: () => Promise<boolean>;
}

function streamOf(
  { live, log }: App,
  request: Request,
  { missed, take, render, isSignedIn }: Feeding,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      // By id: one that is stored while the database is asked comes both ways, and is shown once.
      let waiting = new Map<number, FeedItem>();
      let open = true;
      // What is older must not come after what is newer, so all wait for what was missed.
      let ready = false;
      let lastId = 0;
      const flush = () => {
        if (!open || !ready) return;
        const items = [...waiting.values()].filter(({ id }) => id > lastId);
        waiting = new Map();
        items.sort((a, b) => a.id - b.id);
        for (const item of items.slice(-MOST_A_TURN)) {
          const text = render(item).replaceAll("\n", " ");
          controller.enqueue(encoder.encode(`id: ${item.id}\ndata: ${text}\n\n`));
          lastId = item.id;
        }
      };
      const timer = setInterval(flush, FLUSH_MS);
      const beat = setInterval(() => {
        if (open) controller.enqueue(encoder.encode(": beat\n\n"));
      }, BEAT_MS);
      // The guard asked once, when the stream began; it may live for days.
      const guard = setInterval(async () => {
        const mayStay = await isSignedIn().catch(() => false);
        if (mayStay || !open) return;
        stop();
        controller.close();
      }, GUARD_MS);
      const end = live.listen((event) => {
        const item = waiting.size < MOST_WAITING ? take(event) : undefined;
        if (item) waiting.set(item.id, item);
      });
      stop = () => {
        open = false;
        end();
        clearInterval(timer);
        clearInterval(beat);
        clearInterval(guard);
      };
      request.signal.addEventListener("abort", () => stop());
      controller.enqueue(encoder.encode(": open\n\n"));
      try {
        for (const item of missed()) waiting.set(item.id, item);
      } catch (error) {
        log.error("reading what a live page missed failed", error);
      }
      ready = true;
    },
    cancel() {
      stop();
    },
  });
}

function toItem(event: RecordedEvent): FeedItem {
  return {
    id: event.id,
    at: event.at,
    name: event.name,
    page: event.page,
    title: event.title,
    source: event.source,
    device: event.device,
    country: event.country ?? null,
    region: event.region ?? null,
    city: event.city ?? null,
    visitorNumber: event.visitorNumber,
    contactId: event.contactId ?? null,
    properties: event.properties ? JSON.stringify(event.properties) : null,
  };
}

import { Elysia } from "elysia";
import { renderToString } from "preact-render-to-string";
import type { App } from "../../app.ts";
import type { RecordedEvent } from "../../events/event.ts";
import { FeedRow, type FeedItem } from "../../../views/parts/feed.tsx";
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
/** A burst is shown in part: nobody reads more, and a slow browser must not fill our memory. */
const MOST_A_TURN = 30;

/** `/admin/live`: rows of the feed as server-sent events; of one site, one event, or all. */
export const adminLive = (app: App) =>
  new Elysia().use(signedIn(app)).get("/live", ({ request, query: { site, name } }) => {
    const only = site === undefined ? undefined : app.sites.find(site);
    const zone = viewerZone(request);
    const wanted = (event: RecordedEvent) =>
      (site === undefined || event.siteId === only?.id) &&
      (name === undefined || event.name === name);
    const render = (event: RecordedEvent): string => {
      const siteDomain = site === undefined ? app.sites.findById(event.siteId)?.domain : undefined;
      return renderToString(<FeedRow item={toItem(event, siteDomain)} zone={zone} />);
    };
    return new Response(streamOf(app, request, wanted, render), { headers: HEADERS });
  });

function streamOf(
  { live }: App,
  request: Request,
  wanted: (event: RecordedEvent) => boolean,
  render: (event: RecordedEvent) => string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      let waiting: RecordedEvent[] = [];
      const flush = () => {
        const shown = waiting.slice(-MOST_A_TURN);
        waiting = [];
        for (const event of shown) {
          controller.enqueue(encoder.encode(`data: ${render(event).replaceAll("\n", " ")}\n\n`));
        }
      };
      const end = live.listen((event) => {
        if (!wanted(event)) return;
        if (waiting.length === 0) setTimeout(() => flushOpen(), 100);
        waiting.push(event);
        if (waiting.length > MOST_A_TURN * 10) waiting.shift();
      });
      let open = true;
      const flushOpen = () => {
        if (open) flush();
      };
      const beat = setInterval(() => {
        if (open) controller.enqueue(encoder.encode(": beat\n\n"));
      }, BEAT_MS);
      stop = () => {
        open = false;
        end();
        clearInterval(beat);
      };
      request.signal.addEventListener("abort", () => stop());
      controller.enqueue(encoder.encode(": open\n\n"));
    },
    cancel() {
      stop();
    },
  });
}

function toItem(event: RecordedEvent, siteDomain: string | undefined): FeedItem {
  return {
    at: event.at,
    name: event.name,
    page: event.page,
    title: event.title,
    source: event.source,
    device: event.device,
    country: event.country ?? null,
    visitorNumber: event.visitorNumber,
    contactId: event.contactId ?? null,
    properties: event.properties ? JSON.stringify(event.properties) : null,
    ...(siteDomain !== undefined && { siteDomain }),
  };
}

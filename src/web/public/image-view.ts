import type { App } from "../../app.ts";
import type { TrackedSite } from "../../ingest/hit.ts";
import { Refusal } from "../../lib/errors.ts";
import { senderOf } from "../sender.ts";

// The smallest transparent GIF.
const IMAGE = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

const HEADERS = {
  "content-type": "image/gif",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "cross-origin",
};

export const imageResponse = () => new Response(IMAGE, { headers: HEADERS });

/**
 * Records a page view for a page without script, by the image it shows.
 *
 * The page is known from the referrer only. The image comes whatever happens: a broken picture
 * on somebody's page helps nobody, and the reason is counted.
 */
export async function recordImageView(
  app: App,
  request: Request,
  site: TrackedSite | undefined,
): Promise<Response> {
  const referrer = request.headers.get("referer");
  if (!site || !referrer) return imageResponse();
  const body = {
    v: 1,
    page: { url: referrer },
    events: [{ id: imageEventId(app.now()), name: "page_view", age: 0 }],
  };
  const sender = senderOf(request, app.trust);
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    await app.ingest({ key: site.key, body: bytes.buffer as ArrayBuffer, ...sender });
  } catch (error) {
    if (!(error instanceof Refusal)) app.log.error("an image view failed", error);
  }
  return imageResponse();
}

function imageEventId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  const tail = [...random].map((byte) => (byte % 36).toString(36)).join("");
  return now.toString(36).padStart(9, "0") + tail;
}

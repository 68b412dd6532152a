import type { App } from "../../app.ts";
import { BODY_BYTES } from "../../ingest/parse.ts";
import { Refusal } from "../../lib/errors.ts";
import { readBody } from "../../lib/read-body.ts";
import { answerTo } from "../errors.ts";
import { senderOf } from "../sender.ts";

// Any page may send: which pages belong to the site is checked against its domains.
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "retry-after",
};

const PREFLIGHT = {
  ...CORS,
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "86400",
};

/**
 * `POST /e/:key`: what pixels send; answered after the commit.
 *
 * A plain function, asked before any router: at the full rate the router's share was a sixth
 * of all that is done for an event.
 */
export const publicIngest = ({ ingest, sites, refusals, log, now, trust }: App) => {
  /** What is refused before anybody looked into it is counted all the same. */
  const readCounted = async (request: Request, key: string): Promise<ArrayBuffer> => {
    try {
      return await readBody(request, BODY_BYTES);
    } catch (error) {
      const isLarge = error instanceof Refusal && error.kind === "too large";
      const announced = request.headers.get("content-length") ?? "an unknown number of";
      refusals.count(
        sites.find(key)?.id ?? 0,
        isLarge ? "too large" : "malformed",
        isLarge ? `${announced} bytes` : "The body did not arrive whole",
        now(),
      );
      throw error;
    }
  };

  const record = async (request: Request, key: string): Promise<Response> => {
    try {
      const sender = senderOf(request, trust);
      const body = await readCounted(request, key);
      const answer = await ingest({ key, body, ...sender });
      return Response.json(answer, { status: 202, headers: CORS });
    } catch (error) {
      const { status, message, headers } = answerTo(error);
      if (status === 500) log.error("ingest failed", error);
      return Response.json({ error: message }, { status, headers: { ...CORS, ...headers } });
    }
  };

  return (request: Request, key: string): Promise<Response> | Response => {
    if (request.method === "POST") return record(request, key);
    if (request.method === "OPTIONS")
      return new Response(null, { status: 204, headers: PREFLIGHT });
    return Response.json({ error: "Send events by POST" }, { status: 405, headers: CORS });
  };
};

import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { csvHeaders } from "../../lib/csv.ts";
import { textStream } from "../../lib/text-stream.ts";
import { exportEvents } from "../../stats/export-events.ts";
import type { ExportFormat } from "../../stats/export-format.ts";
import { readAs } from "./document/schemas.ts";
import { keyHolder, type CheckKey } from "./key-holder.ts";
import { readPeriod, readZone } from "./period.ts";
import { findSites } from "./sites.ts";

interface Asked {
  readonly site: string;
  readonly from: string;
  readonly until: string;
  readonly zone?: string;
  readonly format?: ExportFormat;
}

/** `GET /api/v1/events`: everything recorded, as a stream at the pace of who reads it. */
export const apiEvents = (app: App, check: CheckKey) =>
  new Elysia({ prefix: "/v1/events" })
    .use(keyHolder(check, "events:read"))

    .get("/", async ({ request, holder, query }) => {
      const { site: key, format = "jsonl", ...asked } = readAs<Asked>("EventsQuery", query);
      const [site] = await findSites(app, holder, [key], "site");
      const zone = readZone(asked.zone);
      const from = numberOr(asked.from);
      const period = readPeriod({ from, until: numberOr(asked.until) }, zone, "");
      const { id: siteId, domain } = site!;
      const question = { siteId, domain, period, format };
      const pieces = await exportEvents(app.stats, question, request.signal);
      return new Response(textStream(pieces), { headers: headersOf(format, domain) });
    });

/** In an address everything is text. */
const numberOr = (input: string) => (/^\d{1,16}$/.test(input) ? Number(input) : input);

function headersOf(format: ExportFormat, domain: string): Record<string, string> {
  if (format === "csv") return csvHeaders(`${domain}-events`);
  return { "content-type": "application/jsonl; charset=utf-8", "cache-control": "no-store" };
}

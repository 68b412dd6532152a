import type { App } from "../../app.ts";
import { csvHeaders, csvLine } from "../../lib/csv.ts";
import { Refusal } from "../../lib/errors.ts";
import type { Happening, OccurrencesQuestion } from "../../stats/question.ts";

/** Where a page of occurrences ends, as it stands in an address. */
export const keyOf = ({ at, key }: Pick<Happening, "at" | "key">) => `${at}-${key}`;

/** @throws {Refusal} `invalid`, if it is no such place. */
export function parseKey(text: string | undefined): { at: number; key: string } | undefined {
  if (text === undefined) return undefined;
  const [, at, key] = /^(\d{1,15})-(\d{1,15}\.\d{1,10})$/.exec(text) ?? [];
  if (at !== undefined && key !== undefined) return { at: Number(at), key };
  throw new Refusal("invalid", "There is no such page of the list: open it from its beginning");
}

/** As many as an answer may hold. */
const A_TURN = 200;

const COLUMNS = [
  "event",
  "page",
  "title",
  "host",
  "visitorNumber",
  "contactId",
  "isNew",
  "entryPage",
  "source",
  "referrer",
  "utmSource",
  "utmMedium",
  "utmCampaign",
  "utmTerm",
  "utmContent",
  "country",
  "region",
  "city",
  "language",
  "device",
  "browser",
  "browserVersion",
  "system",
  "screen",
  "engagedMs",
  "scroll",
] as const satisfies readonly (keyof Happening)[];

/**
 * Streams occurrences, newest first, as a file to keep.
 *
 * A page of them is asked for when the browser has taken the one before, so that neither a long
 * period nor a slow line fills our memory.
 */
export function downloadHappenings(
  { stats, now }: App,
  request: Request,
  question: Omit<OccurrencesQuestion, "limit" | "before">,
  { name, format }: { name: string; format: "csv" | "json" },
): Response {
  const { signal } = request;
  const encoder = new TextEncoder();
  const isCsv = format === "csv";
  let before: OccurrencesQuestion["before"];
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (signal.aborted) return controller.close();
      const items = await stats.occurrences({ ...question, limit: A_TURN, before }, signal);
      let text = isFirst ? (isCsv ? csvLine(["at", ...COLUMNS, "properties"]) : "[") : "";
      for (const item of items) {
        if (!isCsv && !isFirst) text += ",\n";
        text += isCsv ? csvOf(item) : JSON.stringify(jsonOf(item));
        isFirst = false;
      }
      isFirst = false;
      const last = items.at(-1);
      const isOver = items.length < A_TURN;
      if (isOver && !isCsv) text += "]\n";
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (isOver) return controller.close();
      before = last && { at: last.at, key: last.key };
    },
  });
  const day = new Date(now()).toISOString().slice(0, 10);
  const file = `${name}-${day}`;
  return new Response(body, {
    headers: isCsv
      ? csvHeaders(file)
      : {
          "content-type": "application/json; charset=utf-8",
          "content-disposition": `attachment; filename="${file.replaceAll(/[^\w.-]+/g, "-")}.json"`,
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
        },
  });
}

const csvOf = (item: Happening) =>
  csvLine([
    new Date(item.at).toISOString(),
    ...COLUMNS.map((column) => item[column]),
    item.properties === null ? null : JSON.stringify(item.properties),
  ]);

const jsonOf = ({
  siteId: _site,
  sessionId,
  visitorId: _visitor,
  key: _key,
  at,
  ...rest
}: Happening) => ({
  at: new Date(at).toISOString(),
  session: sessionId,
  ...rest,
});

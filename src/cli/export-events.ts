import { resolve } from "node:path";
import { isDay } from "../lib/calendar.ts";
import { Refusal } from "../lib/errors.ts";
import { addDays, isZone, startOfDay } from "../lib/zone-time.ts";
import { findSiteByDomain } from "../sites/queries.ts";
import { parseDomain } from "../sites/site.ts";
import { exportEvents as beginExport } from "../stats/export-events.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../stats/export-format.ts";
import type { Stretch } from "../stats/question.ts";
import type { Command, CommandParts } from "./command.ts";
import { deliver } from "./deliver.ts";
import { readWords } from "./words.ts";

interface Input {
  readonly domain: string;
  readonly period: Stretch;
  readonly format: ExportFormat;
  /** Where it is written to; `null`: the standard output. */
  readonly out: string | null;
}

const OPTIONS = ["site", "from", "until", "zone", "format", "out"];
// Before the first visitor and after the last.
const FIRST_DAY = "2000-01-01";
const LAST_DAY = "2099-12-31";

/** `footfall export events`: everything recorded, sealed and not. */
export const exportEvents: Command = {
  name: "export events",
  usage:
    "export events --site DOMAIN [--from YYYY-MM-DD] [--until YYYY-MM-DD] [--zone ZONE] [--format jsonl|csv] [--out FILE]",
  summary: "Write every event with everything recorded of it, one a line; - is the standard output",

  parse(words): Input {
    const { options } = readWords(words, OPTIONS, [], 0);
    const said = (name: string) =>
      options[name] === undefined ? undefined : String(options[name]);
    const out = said("out") ?? "-";
    const domain = said("site");
    if (domain === undefined) throw new Refusal("invalid", "Say whose events: --site DOMAIN");
    return {
      domain: parseDomain(domain),
      period: readPeriod(said("from"), said("until"), said("zone")),
      format: readFormat(said("format")),
      out: out === "-" ? null : resolve(out),
    };
  },

  async run({ store, stats }: CommandParts, input: never) {
    const { domain, period, format } = input as Input;
    const site = await findSiteByDomain(store, domain);
    if (!site) throw new Refusal("missing", `No site is tracked under ${domain}`);
    return beginExport(stats, { siteId: site.id, domain, period, format });
  },

  deliver: (pieces, input) => deliver(pieces, (input as Input).out),
};

function readPeriod(from = FIRST_DAY, until = LAST_DAY, zone = "UTC"): Stretch {
  if (!isZone(zone)) {
    throw new Refusal("invalid", `--zone must be one like Europe/Berlin, not "${zone}"`);
  }
  const wrong = [from, until].find((day) => !isDay(day));
  if (wrong !== undefined) {
    throw new Refusal("invalid", `A day is written like 2026-11-30, not "${wrong}"`);
  }
  if (from > until) throw new Refusal("invalid", "--from must not be after --until");
  return { from: startOfDay(from, zone), until: startOfDay(addDays(until, 1), zone) };
}

function readFormat(input = "jsonl"): ExportFormat {
  const format = EXPORT_FORMATS.find((known) => known === input);
  if (format) return format;
  throw new Refusal("invalid", `--format must be ${EXPORT_FORMATS.join(" or ")}, not "${input}"`);
}

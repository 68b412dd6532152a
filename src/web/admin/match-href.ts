import { EMPTY_ADDRESS, linksFrom, type Address } from "../../stats/address.ts";
import type { Match } from "../../stats/question.ts";

/** Where the figures behind a goal or a step are: those of the event, or of the page. */
export function hrefOfMatch(
  sitePath: string,
  { kind, match }: Match,
  { period, from, until }: Address,
): string {
  const address: Address = { ...EMPTY_ADDRESS, period, from, until };
  if (kind === "event") {
    return linksFrom(`${sitePath}/events/statistics`, address)({ more: [["event", match]] });
  }
  const link = linksFrom(sitePath, address);
  const start = match.indexOf("*") === -1 ? match : match.slice(0, match.indexOf("*"));
  if (start === "") return link();
  const operator = start === match ? "is" : "starts_with";
  return link({ filters: [{ dimension: "page", operator, values: [start] }] });
}

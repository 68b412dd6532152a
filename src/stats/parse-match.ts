import { EVENT_NAME, PAGE_VIEW } from "../events/event.ts";
import { Refusal } from "../lib/errors.ts";
import type { Filter, Match } from "./question.ts";

const LONGEST_PATH = 500;
/** Enough for any address; each one multiplies the ways a path can be tried. */
const MOST_STARS = 5;

/**
 * Reads what a goal or a step of a funnel asks for, as somebody typed it.
 *
 * People paste whole addresses of pages, so scheme, host, query and fragment are dropped: pages
 * are recorded by their path.
 *
 * @param field Where a form shows what is wrong.
 * @throws {Refusal} `invalid`, if it is neither an event's name nor a path.
 */
export function parseMatch(kind: string, input: string, field = "match"): Match {
  const text = input.trim();
  if (kind === "event") {
    if (EVENT_NAME.test(text)) return { kind, match: text };
    const message =
      text === "" ? "Choose an event" : `"${text.slice(0, 80)}" cannot be the name of an event`;
    throw new Refusal("invalid", message, { field });
  }
  if (kind !== "page") throw new Refusal("invalid", "Choose an event or a page", { field });
  return { kind, match: parsePath(text, field) };
}

function parsePath(text: string, field: string): string {
  const path = text.replace(/^https?:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  if (text === "") throw new Refusal("invalid", "Enter the path of a page", { field });
  const full = path === "" ? "/" : path;
  if (!/^[/*]/.test(full) || /\s/.test(full) || full.length > LONGEST_PATH) {
    throw new Refusal("invalid", 'Enter a path such as /pricing or /blog/*: it begins with "/"', {
      field,
    });
  }
  if (full.split("*").length - 1 > MOST_STARS) {
    throw new Refusal("invalid", `Use * up to ${MOST_STARS} times`, { field });
  }
  return full;
}

/**
 * The events that are a match, as a filter.
 *
 * @returns `undefined` where a filter cannot say it exactly: a path with `*` before its end.
 */
export function filterOf({ kind, match }: Match): Filter | undefined {
  if (kind === "event") return { dimension: "event", operator: "is", values: [match] };
  const view: Filter = { dimension: "event", operator: "is", values: [PAGE_VIEW] };
  if (match === "*") return view;
  const star = match.indexOf("*");
  if (star === -1) return { all: [view, { dimension: "page", operator: "is", values: [match] }] };
  if (star < match.length - 1) return undefined;
  const start = match.slice(0, -1);
  return { all: [view, { dimension: "page", operator: "starts_with", values: [start] }] };
}

/** Whether a path is a match of a pattern in which `*` stands for anything, also for nothing. */
export function isPathMatch(pattern: string, path: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first) || path.length < first.length + last.length) return false;
  let at = first.length;
  const end = path.length - last.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return path.endsWith(last);
}

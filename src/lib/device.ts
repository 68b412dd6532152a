import { parse as parseAgent } from "bowser";
import { isbot } from "isbot";
import { remember } from "./remember.ts";

/** What a visit is made with, by names people know. */
export interface Device {
  readonly device: "desktop" | "mobile" | "tablet" | "tv" | "other";
  readonly browser: string;
  readonly system: string;
}

const KINDS = new Set(["desktop", "mobile", "tablet", "tv"]);
/** Agents that are about at one time; a few thousand are nearly all of the world's. */
const MOST_KEPT = 5000;
/** Real ones have 300 characters at most. */
const LONGEST = 1000;

/**
 * Tells device, browser and system from a user agent.
 *
 * An iPad says it is a Mac; a touch-sized screen gives it away only in part, so what the
 * agent says stands. Results are kept: parsing takes 50 µs, which is more than all else that
 * is done for an event.
 */
export function parseDevice(agent: string): Device {
  return look(agent.slice(0, LONGEST));
}

/**
 * Whether a program, not a person, is at work by its own account.
 *
 * An empty agent is one too: every browser sends one.
 */
export function isBot(agent: string): boolean {
  return look(agent.slice(0, LONGEST)).bot;
}

const look = remember(
  (agent) => ({ ...parse(agent), bot: agent === "" || isbot(agent) }),
  MOST_KEPT,
);

function parse(agent: string): Device {
  if (agent === "") return { device: "other", browser: "Unknown", system: "Unknown" };
  const { browser, os, platform } = parseAgent(agent);
  const kind = platform.type ?? "";
  return {
    device: KINDS.has(kind) ? (kind as Device["device"]) : "other",
    browser: nameOf(browser.name),
    system: nameOf(os.name),
  };
}

/** For an agent it does not know the parser takes a piece of it: anything, of any length. */
function nameOf(name: string | undefined): string {
  if (!name) return "Unknown";
  return /^[A-Za-z0-9 .+-]{1,40}$/.test(name) ? name : "Other";
}

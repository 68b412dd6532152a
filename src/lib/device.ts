import { parse as parseAgent } from "bowser";
import { isbot } from "isbot";
import { remember } from "./remember.ts";

/** What a visit is made with, by names people know. */
export interface Device {
  readonly device: "desktop" | "mobile" | "tablet" | "tv" | "other";
  readonly browser: string;
  /** The browser with its major version, such as `Chrome 140`, where both are known. */
  readonly version: string | undefined;
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

const NOTHING: Device = {
  device: "other",
  browser: "Unknown",
  version: undefined,
  system: "Unknown",
};

function parse(agent: string): Device {
  if (agent === "") return NOTHING;
  const { browser, os, platform } = parseAgent(agent);
  const kind = platform.type ?? "";
  return {
    device: KINDS.has(kind) ? (kind as Device["device"]) : "other",
    browser: nameOf(browser.name),
    version: versionOf(browser.name, browser.version),
    system: nameOf(os.name),
  };
}

/** For an agent it does not know the parser takes a piece of it: anything, of any length. */
function nameOf(name: string | undefined): string {
  if (!name) return "Unknown";
  return /^[A-Za-z0-9 .+-]{1,40}$/.test(name) ? name : "Other";
}

/** The major version alone: the rest changes each week and would only name rare browsers. */
function versionOf(name: string | undefined, version: string | undefined): string | undefined {
  const major = /^\d{1,4}(?=\.|$)/.exec(version ?? "")?.[0];
  const known = nameOf(name);
  if (major === undefined || known === "Unknown" || known === "Other") return undefined;
  return `${known} ${major}`;
}

import { cleanText } from "../lib/clean-text.ts";
import { remember } from "../lib/remember.ts";

/** Where a visit came from, in the words of the screens. */
export type TrafficSource =
  "email" | "direct" | "search" | "social" | "referral" | "paid" | "messenger" | "ai" | "campaign";

export const TRAFFIC_SOURCES: readonly TrafficSource[] = [
  "email",
  "direct",
  "search",
  "social",
  "referral",
  "paid",
  "messenger",
  "ai",
  "campaign",
];

export interface Utm {
  readonly source: string | undefined;
  readonly medium: string | undefined;
  readonly campaign: string | undefined;
  readonly term: string | undefined;
  readonly content: string | undefined;
}

export interface Origin {
  readonly source: TrafficSource;
  /** Host of the page that led here, without `www.`; never one of the site's own. */
  readonly referrer: string | undefined;
  readonly utm: Utm;
}

export interface Arrived {
  readonly url: URL;
  /** As the browser gives it; empty if there is none. */
  readonly referrer: string;
  readonly siteHosts: readonly string[];
  /** Whether a link that Footfall sent by e-mail led here. */
  readonly viaLink: boolean;
}

// Names of hosts and of `utm_source`, each without its ending: google.de is google too.
const SEARCH =
  /^(google|bing|duckduckgo|yahoo|ecosia|qwant|startpage|baidu|yandex|ya|seznam|naver|brave|kagi|mojeek|swisscows|sogou|ask|aol|metager)$/;
const SOCIAL =
  /^(facebook|fb|instagram|ig|linkedin|lnkd|twitter|x|t|reddit|pinterest|pin|tiktok|youtube|youtu|vk|ok|xing|mastodon|bsky|threads|snapchat|tumblr|quora|weibo|ycombinator)$/;
const MESSENGER_HOSTS =
  /^(t\.me|telegram\.(org|me)|web\.telegram\.org|wa\.me|whatsapp\.com|(web|api)\.whatsapp\.com|m\.me|messenger\.com|viber\.com|line\.me|discord\.com|slack\.com|signal\.(me|org)|threema\.id)$/;
const MESSENGER = /^(telegram|whatsapp|viber|messenger|discord|slack|signal|line)$/;
const AI_HOSTS =
  /^(chatgpt\.com|chat\.openai\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|chat\.mistral\.ai|deepseek\.com|chat\.deepseek\.com|grok\.com|you\.com|phind\.com|poe\.com|meta\.ai)$/;
const MAIL_HOSTS =
  /^(mail\.|outlook\.|webmail\.|e\.mail\.|email\.|inbox\.)|^(gmx\.(net|de|com)|web\.de|proton\.me|roundcube\..*|com\.google\.android\.gm)$/;
const EMAIL_MEDIUM = /^(e-?mail|newsletter|mailing)$/;
const PAID_MEDIUM = /^(cpc|ppc|cpm|cpv|cpa|paid.*|.*paid|display|banner|ads?|retargeting)$/;
const SOCIAL_MEDIUM = /^(social|social-?(network|media)|sm)$/;
/** Added by advertising networks to the links they are paid for. */
const PAID_PARAMETERS = ["gclid", "gbraid", "wbraid", "msclkid", "yclid", "dclid", "gad_source"];
const LONGEST = 200;

/**
 * Tells where a visit came from.
 *
 * What the link says of itself (our own parameter, UTM fields, click ids) goes before what
 * the referrer shows, since whoever made the link knew. A referrer of the site's own is no
 * source; neither is an address that cannot be read.
 *
 * @see Google Analytics, default channel group, whose order of rules the field follows.
 */
export function trafficSource({ url, referrer, siteHosts, viaLink }: Arrived): Origin {
  const parameters = url.search === "" ? NO_PARAMETERS : url.searchParams;
  const utm = readUtm(parameters);
  const host = referrerHost(referrer, siteHosts);
  return { source: classify(parameters, utm, host, viaLink), referrer: host, utm };
}

const NO_PARAMETERS = new URLSearchParams();

function readUtm(parameters: URLSearchParams): Utm {
  const read = (name: string) => cleanText(parameters.get(name) ?? "", LONGEST).trim() || undefined;
  return {
    source: read("utm_source"),
    medium: read("utm_medium"),
    campaign: read("utm_campaign"),
    term: read("utm_term"),
    content: read("utm_content"),
  };
}

function referrerHost(referrer: string, siteHosts: readonly string[]): string | undefined {
  const host = hostOf(referrer);
  if (host === "") return undefined;
  const own = siteHosts.some((site) => host === site || host.endsWith(`.${site}`));
  return own ? undefined : host.replace(/^www\./, "").slice(0, LONGEST);
}

/** Empty if it is no address of a page. Most visits come from the same few. */
const hostOf = remember((referrer) => {
  const url = URL.parse(referrer);
  return url && /^(https?|android-app):$/.test(url.protocol) ? url.hostname.toLowerCase() : "";
}, 2000);

function classify(
  parameters: URLSearchParams,
  utm: Utm,
  host: string | undefined,
  viaLink: boolean,
): TrafficSource {
  const medium = utm.medium?.toLowerCase() ?? "";
  const source = utm.source?.toLowerCase() ?? "";
  if (viaLink || EMAIL_MEDIUM.test(medium) || EMAIL_MEDIUM.test(source)) return "email";
  if (PAID_MEDIUM.test(medium)) return "paid";
  if (PAID_PARAMETERS.some((name) => parameters.has(name))) return "paid";
  if (SOCIAL_MEDIUM.test(medium)) return "social";
  if (source !== "") return ofHost(source) ?? ofName(baseName(source)) ?? "campaign";
  if (utm.campaign !== undefined || medium !== "") return "campaign";
  if (host === undefined) return "direct";
  return ofHost(host) ?? ofName(baseName(host)) ?? "referral";
}

function ofHost(host: string): TrafficSource | undefined {
  if (AI_HOSTS.test(host)) return "ai";
  if (MESSENGER_HOSTS.test(host)) return "messenger";
  if (MAIL_HOSTS.test(host)) return "email";
  return undefined;
}

function ofName(name: string): TrafficSource | undefined {
  if (SEARCH.test(name)) return "search";
  if (SOCIAL.test(name)) return "social";
  if (MESSENGER.test(name)) return "messenger";
  if (/^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek|grok)$/.test(name)) return "ai";
  return undefined;
}

/** The label that names a company: `google` of `news.google.co.uk`. */
function baseName(host: string): string {
  const labels = host.split(".");
  if (labels.length === 1) return host;
  const shortSecond = labels.length > 2 && /^(co|com|org|net|ac|gov)$/.test(labels.at(-2)!);
  return labels.at(shortSecond ? -3 : -2)!;
}

import { randomBytes } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import type { EmailPayload } from "../channels/email/email.ts";
import { Mail, type MailBlock } from "../../views/mail/mail.tsx";
import { renderText, type TemplateData } from "./template.ts";

/** A link that was put into a mail; the row that says where it leads is the caller's to write. */
export interface MailLink {
  readonly token: string;
  readonly kind: "page" | "unsubscribe" | "open";
  readonly url: string | null;
}

export interface ComposedMail {
  readonly payload: EmailPayload;
  readonly links: readonly MailLink[];
}

export interface MailDraft {
  readonly subject: string;
  readonly text: string;
}

/** 128 bits: who guesses one would be taken for somebody else. */
const newToken = () => randomBytes(16).toString("base64url");

const LINK_TEXT = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** Where a text has links; what only looks like one stays text. */
function linksIn(text: string): { readonly at: number; readonly url: string }[] {
  return [...text.matchAll(LINK_TEXT)]
    .filter(([url]) => URL.canParse(url))
    .map((match) => ({ at: match.index, url: match[0] }));
}

/**
 * Fills in a mail, and leads every link in it over this server.
 *
 * The text is a marketer's, its values may be a stranger's: see {@link defuse}. Both parts
 * carry the same links, so it does not matter which one a person reads.
 *
 * @param baseUrl Where this server is reached, without a slash at the end.
 * @throws {Refusal} `invalid`, if the template cannot be filled in.
 */
export function composeMail(draft: MailDraft, data: TemplateData, baseUrl: string): ComposedMail {
  const links: MailLink[] = [];
  const add = (kind: MailLink["kind"], url: string | null): string => {
    const known = links.find((link) => link.kind === kind && link.url === url);
    if (known) return known.token;
    const token = newToken();
    links.push({ token, kind, url });
    return token;
  };

  const subject = renderText(draft.subject, data).replace(/\s+/g, " ").trim();
  const body = renderText(draft.text, data).trim();
  const leadOver = (url: string) => `${baseUrl}/l/${add("page", url)}`;
  const unsubscribeUrl = `${baseUrl}/u/${add("unsubscribe", null)}`;
  const imageUrl = `${baseUrl}/o/${add("open", null)}.gif`;

  const plain = body.replace(LINK_TEXT, (url) => (URL.canParse(url) ? leadOver(url) : url));
  const text = `${plain}\n\n-- \nNo more of these mails: ${unsubscribeUrl}\n`;
  const blocks = body.split(/\n{2,}/).map((paragraph) => toBlock(paragraph, leadOver));
  const html = `<!doctype html>${renderToString(Mail({ subject, blocks, unsubscribeUrl, imageUrl }))}`;
  return { payload: { subject, text, html, unsubscribeUrl }, links };
}

function toBlock(paragraph: string, leadOver: (url: string) => string): MailBlock {
  const lines = paragraph.split("\n");
  return lines.map((line) => {
    const parts: { text: string; href?: string }[] = [];
    let from = 0;
    for (const { at, url } of linksIn(line)) {
      parts.push({ text: line.slice(from, at) }, { text: url, href: leadOver(url) });
      from = at + url.length;
    }
    parts.push({ text: line.slice(from) });
    return parts;
  });
}

// With a scheme, or what mail programs make a link of by themselves.
const ANY_LINK =
  /(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.)[^\s<>"']*|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/giu;
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Breaks no line, is not seen, and keeps a name from being taken for an address. */
const WORD_JOINER = "\u2060";

/**
 * Takes links out of values that came from a browser, but for those to the site's own hosts.
 *
 * Anybody can send an event with a property that says "click here": in a mail from the shop it
 * would be believed. A bare name like `evil.example` is left readable, since products are called
 * Next.js, but no mail program makes a link of it.
 */
export function defuse(value: unknown, isOwnHost: (host: string) => boolean): unknown {
  if (typeof value === "string") {
    return value.replace(ANY_LINK, (link) => defuseLink(link, isOwnHost));
  }
  if (Array.isArray(value)) return value.map((item) => defuse(item, isOwnHost));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, defuse(item, isOwnHost)]),
    );
  }
  return value;
}

function defuseLink(link: string, isOwnHost: (host: string) => boolean): string {
  const hasScheme = HAS_SCHEME.test(link);
  const url = URL.parse(hasScheme ? link : `https://${link}`);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url && isWeb && isOwnHost(url.hostname)) return link;
  if (hasScheme || /^www\./i.test(link)) return "[link removed]";
  return link.replaceAll(".", `.${WORD_JOINER}`);
}

import { JSON_TYPE, pathParameter, refused, RETRY, type Operation } from "./operation.ts";

const TEXT = { "text/plain": undefined };
const PAGE = { "text/html": undefined };
const token = pathParameter("token", "As it stands in the message");

const submission = {
  v: 1,
  visitor: "0f8fad5bd9cb469fa165",
  consent: "granted",
  page: {
    url: "https://shop.example/pricing",
    referrer: "https://search.example/",
    title: "Pricing",
    screen: 1440,
    zone: "Europe/Berlin",
    language: "de",
  },
  events: [
    { id: "0mh1x7f2k000000000001", name: "page_view", age: 0 },
    { id: "0mh1x7f2k000000000002", name: "add_to_cart", age: 0, props: { sku: "shoe-42" } },
  ],
};

/** What anybody may reach: pages of the sites, readers of mails, and whoever watches over it. */
export const PUBLIC_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/e/{key}",
    tag: "Pixel",
    summary: "Record events",
    description:
      "What the pixel sends. `202` is answered after the commit: what is stored stays stored. " +
      "Sending the same ids again within 7 days changes nothing. 64 KB at most; JSON is read " +
      "whatever its type is called, and as `text/plain` browsers send it without asking first.",
    parameters: [pathParameter("key", "Key of the site")],
    body: { schema: "Submission", types: ["text/plain", JSON_TYPE], example: submission },
    answers: {
      202: { description: "Stored", types: { [JSON_TYPE]: "Stored" } },
      400: refused("Something is wrong with the body; the message names the member"),
      403: refused("The page belongs to another domain"),
      404: refused("No site has this key"),
      413: refused("Longer than 64 KB"),
      429: { ...refused("Too many events in a short time"), headers: RETRY },
      503: { ...refused("Not stored; the pixel tries again"), headers: RETRY },
    },
  },
  {
    method: "get",
    path: "/p/{file}",
    tag: "Pixel",
    summary: "Load the pixel",
    description: "`KEY.js` is the script of a site; `KEY.gif` counts a page view without script.",
    parameters: [pathParameter("file", "KEY.js or KEY.gif")],
    answers: {
      200: {
        description: "The script or the image",
        types: { "text/javascript": undefined, "image/gif": undefined },
      },
      304: { description: "Unchanged since the browser loaded it" },
      404: { description: "No site has this key", types: { "text/javascript": undefined } },
    },
  },
  {
    method: "get",
    path: "/l/{token}",
    tag: "Links",
    summary: "Follow a link of a message",
    parameters: [token],
    answers: {
      302: { description: "On to its target", headers: { Location: "The target" } },
      404: { description: "There is no such link any more", types: PAGE },
    },
  },
  {
    method: "get",
    path: "/o/{file}",
    tag: "Links",
    summary: "Load the image that tells that a message was opened",
    parameters: [pathParameter("file", "TOKEN.gif")],
    answers: { 200: { description: "The smallest image", types: { "image/gif": undefined } } },
  },
  {
    method: "get",
    path: "/u/{token}",
    tag: "Links",
    summary: "Show the page to unsubscribe on",
    description: "Changes nothing: scanners of mail open it too.",
    parameters: [token],
    answers: {
      200: { description: "A page with one button", types: PAGE },
      404: { description: "There is no such link", types: PAGE },
    },
  },
  {
    method: "post",
    path: "/u/{token}",
    tag: "Links",
    summary: "Unsubscribe",
    description: "By the button of the page, or by a mail program with one click (RFC 8058).",
    parameters: [token],
    body: { types: ["application/x-www-form-urlencoded"] },
    answers: {
      200: { description: "Done; done again it stays done", types: PAGE },
      404: { description: "There is no such link", types: PAGE },
    },
  },
  {
    method: "get",
    path: "/healthz",
    tag: "Health",
    summary: "Ask whether the process lives",
    answers: { 200: { description: "It does", types: TEXT } },
  },
  {
    method: "get",
    path: "/readyz",
    tag: "Health",
    summary: "Ask whether it can write and stores events",
    answers: {
      200: { description: "It can and does", types: TEXT },
      503: { description: "Not now; the log has the reason", types: TEXT },
    },
  },
  {
    method: "get",
    path: "/metrics",
    tag: "Health",
    summary: "Read figures for Prometheus",
    answers: {
      200: { description: "The figures", types: TEXT },
      404: { description: "They are not switched on", types: TEXT },
    },
  },
];

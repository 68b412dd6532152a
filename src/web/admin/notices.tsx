import { Notice } from "../../../views/parts/notice.tsx";

// A redirect can carry no message but in its address; what may be said stands here, so that
// nobody can make this page say anything else.
const NOTICES: Readonly<Record<string, string>> = {
  saved: "Saved",
  added: "Added",
  paused: "Paused",
  resumed: "At work again",
  "password-changed": "The password is changed. You are signed out everywhere else",
  "event-saved": "Saved. Pages use it from their next load on",
  "event-removed": "The event is removed",
  "event-restored": "The event is back",
  "secret-renewed": "There is a new secret. Calls signed with the old one are refused",
  "site-removed": "The site is removed",
  "site-restored": "The site is back",
  "user-removed": "Removed",
  "key-removed": "The key is removed. Programs that use it are refused from now on",
  "key-restored": "The key is good again",
  adopted: "The event is defined, and what was recorded under its name counts",
  published: "Published. New people go the new way; who is in it stays on theirs",
  "draft-saved": "Saved as a draft",
  "flow-removed": "The flow is removed",
  "flow-restored": "The flow is back, as it was but paused: look at it, then resume it",
  "contact-confirmed": "The contact is confirmed. What was held for it goes out",
  "contact-erased": "The person is erased, with all that was recorded of them",
  "contact-erasing":
    "The person is found nowhere any more. What was recorded of them is being removed, which may take some minutes",
  "visitor-erased": "The visitor is erased, with all that was recorded of them",
  "visitor-erasing":
    "The visitor is known no more. What was recorded of them is being removed, which may take some minutes",
  "goal-saved": "The goal is saved, and counts what was recorded before as well",
  "goal-removed": "The goal is removed",
  "goal-restored": "The goal is back",
  "funnel-saved": "The funnel is saved. All of the team see it",
  "funnel-removed": "The funnel is removed",
  "funnel-restored": "The funnel is back",
  "view-removed": "The view is removed",
  "view-restored": "The view is back",
  replayed: "Tried again under the same key",
};

// What can be taken back, and where.
const UNDO: Readonly<Record<string, (subject: string) => string>> = {
  "key-removed": (subject) => `/admin/settings/keys/${subject}/restore`,
  "event-removed": (subject) => `/admin/sites/${subject}/restore`,
  "site-removed": (subject) => `/admin/sites/${subject}/restore`,
  "goal-removed": (subject) => `/admin/sites/${subject}/restore`,
  "funnel-removed": (subject) => `/admin/sites/${subject}/restore`,
  "view-removed": (subject) => `/admin/sites/${subject}/restore`,
  "flow-removed": (subject) => `/admin/flows/${subject}/restore`,
};

const SUBJECT = /^[A-Za-z0-9_-]+(?:\/(?:events|goals|funnels|views)\/\d+)?$/;

/** The message that the last action left in the page's address. */
export function noticeOf(request: Request) {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get("notice") ?? "";
  const text = NOTICES[name];
  if (text === undefined) return undefined;
  const subject = searchParams.get("of") ?? "";
  const undo = SUBJECT.test(subject) ? UNDO[name]?.(subject) : undefined;
  return <Notice undo={undo}>{text}</Notice>;
}

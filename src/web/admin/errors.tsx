import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { Notice } from "../../../views/parts/notice.tsx";
import { MessagePage, SignedOutNotice, SignedOutPage } from "../../../views/sign-in.tsx";
import { Refusal } from "../../lib/errors.ts";
import { answerTo } from "../errors.ts";
import { fragment, page, redirect } from "../page.ts";

/**
 * Answers refusals and bugs of the admin as HTML.
 *
 * A request of htmx gets its message in the notice area, wherever it wanted its answer; who is
 * not signed in is led to the sign-in page and back.
 */
export const adminErrors = ({ log }: App) =>
  new Elysia({ name: "admin-errors" }).onError({ as: "global" }, ({ error, code, request }) => {
    const known = toRefusal(error, code);
    const { status, message, headers } = answerTo(known);
    if (status === 500)
      log.error(`${request.method} ${new URL(request.url).pathname} failed`, error);
    if (known instanceof Refusal && known.kind === "unauthenticated") return toSignIn(request);
    if (request.headers.get("hx-request") === "true") {
      return fragment(<Notice bad>{message}</Notice>, status, {
        ...headers,
        "hx-retarget": "#notice",
        "hx-reswap": "innerHTML",
      });
    }
    const title = status === 404 ? "Not found" : status === 500 ? "Sorry" : "That did not work";
    return page(<MessagePage title={title} message={message} back="/admin" />, status, { headers });
  });

/** Elysia's own complaints, in our words. */
function toRefusal(error: unknown, code: string | number): unknown {
  if (code === "NOT_FOUND") return new Refusal("missing", "There is no page at this address");
  if (code === "VALIDATION" || code === "PARSE") {
    return new Refusal("invalid", "The form was not filled in as expected: go back and try again");
  }
  return error;
}

function toSignIn(request: Request): Response {
  if (request.method !== "GET") return refused(request);
  const { pathname, search } = new URL(request.url);
  const next = pathname === "/admin" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
  return redirect(request, `/login${next}`);
}

function refused(request: Request): Response {
  if (request.headers.get("hx-request") === "true") {
    const headers = { "hx-retarget": "#notice", "hx-reswap": "innerHTML" };
    return fragment(<SignedOutNotice />, 401, headers);
  }
  return page(<SignedOutPage />, 401);
}

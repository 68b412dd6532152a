import type { VNode } from "preact";
import type { App } from "../../app.ts";
import { Refusal } from "../../lib/errors.ts";
import { FailedPart } from "../../../views/parts/waiting.tsx";
import { fragment } from "../page.ts";

/**
 * Answers with a part of a page, or with why it cannot be shown and a way to try again.
 *
 * So a slow or broken part says so where it would stand, and the rest of the page stands. It is
 * answered as if all were well: anything else would go to the notice area.
 */
export async function partOf(
  { log }: App,
  request: Request,
  make: () => Promise<VNode>,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  try {
    return fragment(await make());
  } catch (error) {
    // Whoever asked is gone: nobody reads the answer.
    if (request.signal.aborted) return new Response(null, { status: 204 });
    if (!(error instanceof Refusal)) log.error(`GET ${pathname} failed`, error);
    const message =
      error instanceof Refusal ? error.message : "This could not be counted; it has been noted";
    return fragment(<FailedPart message={message} retry={pathname + search} />);
  }
}

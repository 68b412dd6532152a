import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { Refusal } from "../../lib/errors.ts";
import { answerTo } from "../errors.ts";

/** Answers refusals and bugs of the API as JSON. */
export const apiErrors = ({ log }: App) =>
  new Elysia({ name: "api-errors" }).onError({ as: "global" }, ({ error, code, request }) => {
    const known = toRefusal(error, code);
    const { status, message, headers } = answerTo(known);
    if (status === 500) {
      log.error(`${request.method} ${new URL(request.url).pathname} failed`, error);
    }
    const field = known instanceof Refusal ? known.field : undefined;
    return Response.json(
      { error: message, ...(field !== undefined && { field }) },
      {
        status,
        headers: {
          ...headers,
          "cache-control": "no-store",
          ...(status === 401 && { "www-authenticate": 'Bearer realm="Footfall"' }),
        },
      },
    );
  });

/** Elysia's own complaints, in our words. */
function toRefusal(error: unknown, code: string | number): unknown {
  if (code === "NOT_FOUND") {
    return new Refusal("missing", "There is nothing at this address; /api describes what there is");
  }
  return error;
}

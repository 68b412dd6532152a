import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { SCOPES } from "../../auth/api-key.ts";
import { ApiPage } from "../../../views/api.tsx";
import { page } from "../page.ts";
import { openApi, OPERATIONS, REFUSALS } from "./document/document.ts";
import { TAGS } from "./document/operation.ts";
import { SCHEMAS } from "./document/schemas.ts";
import { REQUESTS_PER_MINUTE } from "./key-holder.ts";

/**
 * `GET /api/openapi.json` and `GET /api`: what can be asked for.
 *
 * Open to everybody: it tells nothing that the source does not, and tools load it without a key.
 */
export const apiDescription = ({ config }: App) =>
  new Elysia()
    .get("/openapi.json", () =>
      Response.json(openApi(config.url), {
        headers: { "cache-control": "no-cache", "access-control-allow-origin": "*" },
      }),
    )

    .get("/", () =>
      page(
        <ApiPage
          url={config.url}
          tags={TAGS}
          scopes={SCOPES}
          perMinute={REQUESTS_PER_MINUTE}
          schemas={SCHEMAS}
          refusals={REFUSALS}
          operations={OPERATIONS}
        />,
      ),
    );

import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import type { Dimension } from "../../stats/dimensions.ts";
import type { Match } from "../../stats/question.ts";
import { readMatch, readScope, spanIn, type AskedOf, parseJson } from "./asked.ts";
import { readAs } from "./document/schemas.ts";
import { keyHolder, type CheckKey } from "./key-holder.ts";

interface Asked extends AskedOf {
  readonly steps: readonly Match[];
  readonly withinMs?: number;
  readonly by?: Dimension;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `POST /api/v1/funnel`: how far visitors come through a row of steps. */
export const apiFunnel = (app: App, check: CheckKey) =>
  new Elysia({ prefix: "/v1/funnel" })
    .use(keyHolder(check, "stats:read"))

    .post(
      "/",
      async ({ request, holder, body }) => {
        const asked = readAs<Asked>("FunnelQuestion", parseJson(body));
        const { withinMs = DAY_MS, by } = asked;
        const scope = await readScope(app, holder, asked);
        const steps = asked.steps.map((step, index) => readMatch(step, `steps[${index}]`));
        const question = { ...scope, steps, withinMs, by };
        const answer = await app.stats.funnel(question, request.signal);
        return {
          period: spanIn(scope.period, scope.zone),
          steps: answer.steps.map((step, index) => ({ ...steps[index]!, ...step })),
          groups: answer.groups,
        };
      },
      { parse: "text" },
    );

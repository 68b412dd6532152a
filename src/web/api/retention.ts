import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { isoIn } from "../../lib/zone-time.ts";
import type { Match } from "../../stats/question.ts";
import { invalid, readMatch, readScope, spanIn, type AskedOf, parseJson } from "./asked.ts";
import { readAs } from "./document/schemas.ts";
import { keyHolder, type CheckKey } from "./key-holder.ts";
import { bucketStarts } from "./period.ts";

interface Asked extends AskedOf {
  readonly buckets?: "day" | "week" | "month";
  readonly begins?: "first visit" | Match;
  readonly returns?: "anything" | Match;
}

/** The answer is a triangle: of more cohorts it would be a large one. */
const MOST_COHORTS = 400;

/** `POST /api/v1/retention`: who comes back, by when they began. */
export const apiRetention = (app: App, check: CheckKey) =>
  new Elysia({ prefix: "/v1/retention" })
    .use(keyHolder(check, "stats:read"))

    .post(
      "/",
      async ({ request, holder, body }) => {
        const asked = readAs<Asked>("RetentionQuestion", parseJson(body));
        const { buckets: unit = "week", begins = "first visit", returns = "anything" } = asked;
        const scope = await readScope(app, holder, asked);
        const buckets = bucketStarts(scope.period, unit, scope.zone);
        if (buckets.length > MOST_COHORTS) {
          throw invalid("buckets", `there would be more than ${MOST_COHORTS}: take longer ones`);
        }
        const question = {
          ...scope,
          buckets,
          begins: typeof begins === "string" ? begins : readMatch(begins, "begins"),
          returns: typeof returns === "string" ? returns : readMatch(returns, "returns"),
        };
        const { cohorts } = await app.stats.retention(question, request.signal);
        return {
          period: spanIn(scope.period, scope.zone),
          cohorts: cohorts.map(({ visitors, active }, index) => ({
            begins: isoIn(buckets[index]!, scope.zone),
            visitors,
            active,
          })),
        };
      },
      { parse: "text" },
    );

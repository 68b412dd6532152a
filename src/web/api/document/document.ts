import { SCOPES } from "../../../auth/api-key.ts";
import { VERSION } from "../../../version.ts";
import { ref } from "./basics.ts";
import { refused, RETRY, TAGS, type AnswerKind, type Operation } from "./operation.ts";
import { API_OPERATIONS } from "./operations.ts";
import { PUBLIC_OPERATIONS } from "./public-operations.ts";
import { SCHEMAS } from "./schemas.ts";

export const OPERATIONS: readonly Operation[] = [...API_OPERATIONS, ...PUBLIC_OPERATIONS];

const SCHEME = "key";
const PREFIX = "#/components/schemas/";

/** What every question of a program may be answered with. */
export const REFUSALS: Readonly<Record<number, AnswerKind>> = {
  400: refused("Something is wrong with the question; the message says what and how to mend it"),
  401: refused("No key was sent, or one that is not good any more"),
  403: refused("The key lacks the scope"),
  404: refused("There is no such site for this key"),
  429: { ...refused("The key asks too often, or too much at once"), headers: RETRY },
  503: { ...refused("Not now, or it took too long: ask for less"), headers: RETRY },
};

/** All that an operation may be answered with. */
export const answersOf = ({ scope, answers }: Operation): Readonly<Record<number, AnswerKind>> =>
  scope === undefined ? answers : { ...answers, ...REFUSALS };

/**
 * The OpenAPI document of this installation.
 *
 * Requests are checked against the very schemas it shows, so that it cannot promise what the
 * routes do not keep.
 *
 * @see OpenAPI Specification 3.1.1.
 */
export function openApi(url: string) {
  return {
    openapi: "3.1.1",
    info: {
      title: "Footfall",
      version: VERSION,
      description:
        "Moments in answers are ISO 8601. A key may be bound to one site; keys are made in the " +
        "admin under Settings, API keys, and sent as `Authorization: Bearer KEY`.",
    },
    servers: [{ url }],
    tags: TAGS,
    paths: pathsOf(OPERATIONS),
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name.slice(PREFIX.length), schema]),
      ),
      securitySchemes: {
        [SCHEME]: {
          type: "http",
          scheme: "bearer",
          description: SCOPES.map(({ name, label }) => `\`${name}\`: ${label}`).join("; "),
        },
      },
    },
  };
}

function pathsOf(operations: readonly Operation[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described(operation) };
  }
  return paths;
}

function described(operation: Operation) {
  const { tag, summary, description, scope, parameters, body } = operation;
  return {
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    // A scheme of this kind may name what it needs since version 3.1.
    security: scope === undefined ? [] : [{ [SCHEME]: [scope] }],
    ...(parameters && { parameters }),
    ...(body && {
      requestBody: {
        required: body.schema !== undefined,
        content: Object.fromEntries(body.types.map((type) => [type, contentOf(body)])),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(answersOf(operation)).map(([status, answer]) => [status, answered(answer)]),
    ),
  };
}

function contentOf({ schema, example }: { readonly schema?: string; readonly example?: unknown }) {
  return {
    ...(schema !== undefined && { schema: ref(schema) }),
    ...(example !== undefined && { example }),
  };
}

function answered({ description, types, headers }: AnswerKind) {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, words]) => [
          name,
          { description: words, schema: { type: "string" } },
        ]),
      ),
    }),
    ...(types && {
      content: Object.fromEntries(
        Object.entries(types).map(([type, schema]) => [
          type,
          schema === undefined ? {} : { schema: ref(schema) },
        ]),
      ),
    }),
  };
}

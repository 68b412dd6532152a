import type { ComponentChildren } from "preact";
import type { AnswerKind, Operation } from "../src/web/api/document/operation.ts";
import type { Definitions } from "../src/lib/json-schema.ts";
import { ReferenceLayout } from "./layout.tsx";
import { Code } from "./parts/code.tsx";
import { Members, SchemaList, SchemaType } from "./parts/schema.tsx";

interface Props {
  readonly url: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly scopes: readonly { readonly name: string; readonly label: string }[];
  readonly perMinute: number;
  /** What any question with a key may be answered with. */
  readonly refusals: Readonly<Record<number, AnswerKind>>;
  readonly operations: readonly Operation[];
  readonly schemas: Definitions;
}

/** The API for people: what `openapi.json` tells programs. */
export const ApiPage = (props: Props) => (
  <ReferenceLayout title="API">
    <header class="top">
      <div>
        <h1>API</h1>
        <p class="muted">
          Also as <a href="/api/openapi.json">OpenAPI 3.1</a>, for tools.
        </p>
      </div>
    </header>
    <Introduction {...props} />
    {props.tags.map(({ name, description }) => {
      const operations = props.operations.filter(({ tag }) => tag === name);
      return (
        <section class="stack" aria-labelledby={idOf(name)}>
          <div>
            <h2 id={idOf(name)}>{name}</h2>
            <p class="muted">{description}</p>
          </div>
          {operations.map((operation) => (
            <OperationPanel operation={operation} url={props.url} />
          ))}
        </section>
      );
    })}
    <SchemaList schemas={props.schemas} />
  </ReferenceLayout>
);

const idOf = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

const Introduction = ({ url, scopes, perMinute, refusals, tags }: Props) => (
  <section class="panel pad" aria-label="How to ask">
    <p>
      Make a key under <a href="/admin/settings/keys">Settings, API keys</a> and send it with each
      request. A key may ask {perMinute} times a minute; past that it gets 429, and{" "}
      <code>Retry-After</code> says when to go on. What is refused is answered as{" "}
      <code>{'{"error": "what is wrong"}'}</code>.
    </p>
    <Code id="first" text={`curl ${url}/api/v1/sites -H "Authorization: Bearer KEY"`} />
    <ul class="plain">
      {scopes.map(({ name, label }) => (
        <li>
          <code>{name}</code> <span class="muted">{label}</span>
        </li>
      ))}
    </ul>
    <Part title="What else any of these may be answered with">
      <Answers answers={refusals} />
    </Part>
    <p class="muted">
      On this page:{" "}
      {tags.map(({ name }, index) => (
        <>
          {index > 0 && " · "}
          <a href={`#${idOf(name)}`}>{name}</a>
        </>
      ))}
      {" · "}
      <a href="#shapes">Shapes</a>
    </p>
  </section>
);

interface PanelProps {
  readonly operation: Operation;
  readonly url: string;
}

const OperationPanel = ({ operation, url }: PanelProps) => {
  const { method, path, summary, description, scope, parameters, body, answers } = operation;
  const id = idOf(`${method} ${path}`);
  return (
    <article class="panel pad" aria-labelledby={id}>
      <h3 id={id}>
        <code>
          {method.toUpperCase()} {path}
        </code>{" "}
        {scope && <span class="pill">{scope}</span>}
      </h3>
      <p>
        {summary}. {description}
      </p>
      {parameters && (
        <Part title="Parameters">
          <Members
            members={parameters.map((each) => ({ ...each, mayBeMissing: !each.required }))}
          />
        </Part>
      )}
      {body?.schema && (
        <Part title="Body">
          <p>
            <SchemaType schema={{ $ref: `#/components/schemas/${body.schema}` }} />
          </p>
          {body.example !== undefined && (
            <Code id={`${id}-example`} text={exampleOf(operation, url)} />
          )}
        </Part>
      )}
      <Part title="Answers">
        <Answers answers={answers} />
      </Part>
    </article>
  );
};

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="scroll">
    <h4 class="muted small">{title}</h4>
    {children}
  </div>
);

const Answers = ({ answers }: { answers: Readonly<Record<number, AnswerKind>> }) => (
  <table>
    <tbody>
      {Object.entries(answers).map(([status, answer]) => (
        <tr>
          <td class="num">{status}</td>
          <td>
            {answer.description}
            <AnswerTypes answer={answer} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const AnswerTypes = ({ answer }: { answer: AnswerKind }) => (
  <>
    {Object.entries(answer.types ?? {}).map(([type, schema]) => (
      <p class="muted small">
        <code>{type}</code>{" "}
        {schema !== undefined && <SchemaType schema={{ $ref: `#/components/schemas/${schema}` }} />}
      </p>
    ))}
    {Object.entries(answer.headers ?? {}).map(([name, words]) => (
      <p class="muted small">
        <code>{name}</code> {words}
      </p>
    ))}
  </>
);

/** The request as somebody can paste it into a shell; no example of ours holds an apostrophe. */
function exampleOf({ path, scope, body }: Operation, url: string): string {
  const key = scope === undefined ? "" : ` -H "Authorization: Bearer KEY"`;
  // Lists of plain values stand on one line.
  const data = JSON.stringify(body?.example, undefined, 2).replaceAll(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/\s*\n\s*/g, " ")}]`,
  );
  return `curl ${url}${path.replace("{key}", "KEY")}${key} -d '${data}'`;
}

import type { Definitions, Schema } from "../../src/lib/json-schema.ts";

const PREFIX = "#/components/schemas/";

/** What a value may be, in a few words; shapes with a name lead to it. */
export const SchemaType = ({ schema }: { schema: Schema }) => {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(PREFIX.length);
    return <a href={`#shape-${name}`}>{name}</a>;
  }
  if (schema.const !== undefined) return <code>{JSON.stringify(schema.const)}</code>;
  if (schema.enum) return <code>{schema.enum.map((each) => JSON.stringify(each)).join(", ")}</code>;
  if (schema.anyOf) {
    return (
      <>
        {schema.anyOf.map((each, index) => (
          <>
            {index > 0 && " or "}
            <SchemaType schema={each} />
          </>
        ))}
      </>
    );
  }
  if (schema.items) {
    return (
      <>
        list of <SchemaType schema={schema.items} />
      </>
    );
  }
  if (schema.type === "object" && schema.properties) {
    return <>{`{ ${Object.keys(schema.properties).join(", ")} }`}</>;
  }
  return <>{[schema.type ?? "anything"].flat().join(" or ")}</>;
};

export interface Member {
  readonly name: string;
  readonly schema: Schema;
  readonly description?: string | undefined;
  readonly mayBeMissing: boolean;
}

/** Members of an object, or parameters, one a line. */
export const Members = ({ members }: { members: readonly Member[] }) => (
  <table>
    <tbody>
      {members.map(({ name, schema, description, mayBeMissing }) => (
        <tr>
          <td>
            <code>{name}</code>
            {mayBeMissing && <p class="muted small">may be left out</p>}
          </td>
          <td>
            <SchemaType schema={schema} />
            <p class="muted small">
              {description ?? schema.description}
              {schema.default !== undefined && ` If left out: ${JSON.stringify(schema.default)}.`}
              <Limits schema={schema} />
            </p>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Limits = ({ schema }: { schema: Schema }) => {
  const { minimum, maximum, minItems, maxItems, maxLength } = schema;
  const limits = [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    minItems !== undefined && `at least ${minItems} entries`,
    maxItems !== undefined && `at most ${maxItems} entries`,
    maxLength !== undefined && `at most ${maxLength} characters`,
  ].filter(Boolean);
  return limits.length === 0 ? null : <>{` (${limits.join(", ")})`}</>;
};

/** Every shape that has a name. */
export const SchemaList = ({ schemas }: { schemas: Definitions }) => (
  <section class="stack" aria-labelledby="shapes">
    <h2 id="shapes">Shapes</h2>
    {Object.entries(schemas).map(([address, schema]) => {
      const name = address.slice(PREFIX.length);
      return (
        <article class="panel pad" id={`shape-${name}`}>
          <h3>{name}</h3>
          {schema.description && <p>{schema.description}</p>}
          <div class="scroll">
            {schema.properties ? (
              <Members members={membersOf(schema)} />
            ) : (
              <p class="muted">
                <SchemaType schema={schema} />
              </p>
            )}
          </div>
          {schema.examples?.map((example) => (
            <p class="small">
              Such as <code>{JSON.stringify(example)}</code>
            </p>
          ))}
        </article>
      );
    })}
  </section>
);

const membersOf = ({ properties = {}, required = [] }: Schema): Member[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    mayBeMissing: !required.includes(name),
  }));

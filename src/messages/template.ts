import { Liquid, type Template } from "liquidjs";
import { Refusal } from "../lib/errors.ts";

export type TemplateData = Readonly<Record<string, unknown>>;

// People write these texts: no files, no partials, nothing that runs long or grows large.
const OPTIONS = {
  strictFilters: true,
  strictVariables: false,
  ownPropertyOnly: true,
  cache: false,
  // Partials come from this map and from nowhere else: there are none.
  templates: {},
  parseLimit: 100_000,
  // Milliseconds of the thread that answers everybody; a mail takes less than one.
  renderLimit: 50,
  memoryLimit: 2_000_000,
} as const;

/** Far more than a mail has; what is longer was made by a loop. */
const LONGEST = 200_000;

/**
 * What a text may use. The rest is left out for a reason: `capture` doubles a text as often as
 * it is written, and no limit of the library counts that; partials and layouts there are none.
 */
const TAGS = new Set([
  "assign",
  "case",
  "comment",
  "#",
  "cycle",
  "decrement",
  "echo",
  "for",
  "if",
  "increment",
  "raw",
  "unless",
  "break",
  "continue",
]);

const plain = new Liquid({ ...OPTIONS });
for (const name of Object.keys(plain.tags)) if (!TAGS.has(name)) delete plain.tags[name];

/**
 * Renders a text template; a variable nobody knows is empty.
 *
 * @throws {Refusal} `invalid`, with the line, if the template is wrong or does too much.
 */
export function renderText(template: string, data: TemplateData): string {
  return render(parse(template), data);
}

/**
 * What is wrong with a template, for who writes it.
 *
 * @returns A sentence with the line; `undefined` if it is fine.
 */
export function templateProblem(template: string): string | undefined {
  try {
    // With nothing to fill in, it shows whether it does too much by itself.
    render(parse(template), {});
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function parse(template: string): Template[] {
  try {
    return plain.parse(template);
  } catch (error) {
    throw refusal(error);
  }
}

function render(parsed: Template[], data: TemplateData): string {
  try {
    const text = String(plain.renderSync(parsed, data));
    if (text.length <= LONGEST) return text;
    throw new Error(`it makes more than ${LONGEST} characters`);
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n", 1);
  return new Refusal("invalid", `The text cannot be filled in: ${first}`, { cause: error });
}

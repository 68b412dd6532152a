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
  renderLimit: 200,
  memoryLimit: 2_000_000,
} as const;

const plain = new Liquid({ ...OPTIONS });

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
    parse(template);
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
    return String(plain.renderSync(parsed, data));
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n", 1);
  return new Refusal("invalid", `The text cannot be filled in: ${first}`, { cause: error });
}

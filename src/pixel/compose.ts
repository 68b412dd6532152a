import { buildPieces } from "./build-pieces.ts" with { type: "macro" };

const PIECES = buildPieces();

/** What the script of a site is made for. */
export interface PixelConfig {
  readonly key: string;
  /** Where it sends, without a slash at the end. */
  readonly server: string;
  readonly privacy: "storage" | "cookieless" | "consent" | "strict";
  /** Whether to measure how long pages are looked at, and how far they are seen. */
  readonly engagement: boolean;
  /** Automatic events with their conditions, as kind, operator and value. */
  readonly events: readonly {
    readonly name: string;
    readonly conditions: readonly (readonly [string, string, string])[];
  }[];
}

const MODES = ["storage", "cookieless", "consent", "strict"];
const KINDS = ["url", "scroll", "time"] as const;

/**
 * Joins the script of a site: the core, and only the kinds of condition its events use.
 *
 * Nothing is compiled here; the pieces were minified when the executable was built.
 */
export function composePixel({ key, server, privacy, engagement, events }: PixelConfig): string {
  const site = [`ff_${key}`, `${server}/e/${key}`, MODES.indexOf(privacy)];
  const core = engagement ? [PIECES.engagement, PIECES.core] : [PIECES.core];
  if (events.length === 0) return wrap("$n,$t,$m,$a", core, site);

  const used = new Set(events.flatMap(({ conditions }) => conditions.map(([kind]) => kind)));
  const kinds = KINDS.filter((kind) => used.has(kind)).map((kind) => PIECES[kind]);
  const definitions = events.map(({ name, conditions }) => [name, conditions]);
  return wrap(
    "$n,$t,$m,$e,$w,$a",
    [...kinds, PIECES.automatic, ...core],
    [...site, definitions, {}],
  );
}

function wrap(names: string, pieces: readonly string[], values: readonly unknown[]): string {
  return `(function(${names}){${pieces.join("\n")}})(${values.map(literal).join()})\n`;
}

/** JSON that is safe inside a script, wherever somebody may put that script. */
function literal(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** The two lines a site pastes: a stub that queues calls, and the script. */
export function snippet(server: string, key: string): string {
  return [
    "<script>window.footfall=window.footfall||function(){(footfall.q=footfall.q||[]).push(arguments)}</script>",
    snippetStrict(server, key),
  ].join("\n");
}

/** The snippet for pages whose policy forbids inline code. */
export function snippetStrict(server: string, key: string): string {
  return `<script async src="${server}/p/${key}.js"></script>`;
}

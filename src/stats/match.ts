import type { Block } from "./block.ts";
import { pathTest } from "./condition-test.ts";
import type { Match } from "./question.ts";
import type { SiteFacts } from "./site-data.ts";

/** What a match comes to in one block: 1 for each code of a dictionary that will do. */
export interface BlockMatch {
  /** By code of the column `name`. */
  readonly names: Uint8Array;
  /** By code of the column `page`; undefined where any page will do. */
  readonly pages: Uint8Array | undefined;
}

/**
 * Prepares a match for the blocks of a site.
 *
 * Texts are compared once for each term of the site, whatever the number of blocks.
 *
 * @returns For a block what its dictionaries come to; undefined if nothing in it can match.
 */
export function createMatcher(
  match: Match,
  facts: SiteFacts,
): (block: Block) => BlockMatch | undefined {
  if (match.kind === "event") {
    const name = facts.idOf(match.match);
    return (block) => {
      const names = codesOf(block.terms("name").terms, (term) => term !== 0 && term === name);
      return names && { names, pages: undefined };
    };
  }
  const test = pathTest(match);
  const isPage = rememberTerms((text) => test(text, undefined), facts);
  return (block) => {
    const { viewTerm } = facts;
    const names = codesOf(block.terms("name").terms, (term) => term !== 0 && term === viewTerm);
    const pages = names && codesOf(block.terms("page").terms, isPage);
    return pages && { names, pages };
  };
}

/** 1 for each code whose term passes; undefined if none does. */
function codesOf(terms: Uint32Array, passes: (term: number) => boolean): Uint8Array | undefined {
  const codes = new Uint8Array(terms.length);
  let any = false;
  for (let code = 0; code < terms.length; code += 1) {
    if (!passes(terms[code]!)) continue;
    codes[code] = 1;
    any = true;
  }
  return any ? codes : undefined;
}

function rememberTerms(passes: (text: string) => boolean, facts: SiteFacts) {
  const known = new Map<number, boolean>();
  return (term: number): boolean => {
    let answer = known.get(term);
    if (answer === undefined) known.set(term, (answer = passes(facts.textOf(term))));
    return answer;
  };
}

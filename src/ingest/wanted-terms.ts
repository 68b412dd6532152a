import type { Hit, VisitFacts } from "./hit.ts";

/** All strings that a batch will need the ids of, by site. */
export function wantedTerms(hits: readonly Hit[]): Map<number, Set<string>> {
  const wanted = new Map<number, Set<string>>();
  for (const hit of hits) {
    let texts = wanted.get(hit.site.id);
    if (!texts) {
      texts = new Set(["email"]);
      wanted.set(hit.site.id, texts);
    }
    texts.add(hit.path).add(hit.page.url.hostname);
    if (hit.page.title !== "") texts.add(hit.page.title);
    for (const { name } of hit.events) texts.add(name);
    for (const text of factTexts(hit.facts)) if (text !== undefined) texts.add(text);
  }
  return wanted;
}

function factTexts(facts: VisitFacts): (string | undefined)[] {
  return [
    facts.source,
    facts.referrer,
    facts.utmSource,
    facts.utmMedium,
    facts.utmCampaign,
    facts.utmTerm,
    facts.utmContent,
    facts.country,
    facts.language,
    facts.device,
    facts.browser,
    facts.system,
  ];
}

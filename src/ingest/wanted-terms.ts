import type { Hit, VisitFacts } from "./hit.ts";
import type { IsKnown } from "./terms.ts";

/**
 * The strings that a batch will need the ids of, by site.
 *
 * @param isKnown Whether an id is at hand already, as nearly all are.
 */
export function wantedTerms(hits: readonly Hit[], isKnown: IsKnown): Map<number, Set<string>> {
  const wanted = new Map<number, Set<string>>();
  const want = (siteId: number, text: string | undefined) => {
    if (text === undefined || text === "" || isKnown(siteId, text)) return;
    wanted.set(siteId, (wanted.get(siteId) ?? new Set()).add(text));
  };
  for (const { site, path, page, events, facts } of hits) {
    want(site.id, "email");
    want(site.id, path);
    want(site.id, page.url.hostname);
    want(site.id, page.title);
    for (const { name } of events) want(site.id, name);
    for (const text of factTexts(facts)) want(site.id, text);
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
    facts.region,
    facts.city,
    facts.language,
    facts.device,
    facts.browser,
    facts.version,
    facts.system,
  ];
}

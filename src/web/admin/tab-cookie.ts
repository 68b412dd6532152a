import { PANELS, tabOf, type PanelKind } from "./panels.ts";

// Which list of a panel somebody looks at is theirs, not the report's: it stays when they filter
// and when they come back, and is not in the address they send to others.

const PREFIX = "tab-";
const YEAR_S = 365 * 24 * 60 * 60;

/** The tabs chosen in this browser, by panel. */
export function chosenTabs(request: Request): Readonly<Record<string, string>> {
  const tabs: Record<string, string> = {};
  for (const part of request.headers.get("cookie")?.split(/;\s*/) ?? []) {
    if (!part.startsWith(PREFIX)) continue;
    const [name = "", tab = ""] = part.slice(PREFIX.length).split("=");
    if (PANELS.some((panel) => panel.name === name)) tabs[name] = tab;
  }
  return tabs;
}

/** The header that remembers a tab. */
export const tabCookie = (kind: PanelKind, wish: string): Record<string, string> => ({
  "set-cookie": `${PREFIX}${kind.name}=${tabOf(kind, wish)}; path=/admin/sites; max-age=${YEAR_S}; samesite=lax`,
});

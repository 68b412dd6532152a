export type SiteTab =
  | "statistics"
  | "live"
  | "events"
  | "goals"
  | "funnels"
  | "retention"
  | "install"
  | "refused"
  | "settings";

const TABS: readonly (readonly [SiteTab, string, string])[] = [
  ["statistics", "", "Statistics"],
  ["live", "/live", "Live"],
  ["events", "/events", "Events"],
  ["goals", "/goals", "Goals"],
  ["funnels", "/funnels", "Funnels"],
  ["retention", "/retention?period=90d&unit=week", "Retention"],
  ["install", "/install", "Install"],
  ["refused", "/refused", "Not recorded"],
  ["settings", "/settings", "Settings"],
];

/** The screens of one site. */
export const SiteTabs = ({ siteKey, tab }: { siteKey: string; tab: SiteTab }) => (
  <nav class="tabs" aria-label="Site">
    {TABS.map(([name, path, label]) => (
      <a href={`/admin/sites/${siteKey}${path}`} aria-current={name === tab ? "page" : undefined}>
        {label}
      </a>
    ))}
  </nav>
);

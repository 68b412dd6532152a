import type { ComponentChildren } from "preact";
import { Layout } from "../layout.tsx";

export type SettingsTab = "account" | "team" | "email" | "keys";

const TABS: readonly (readonly [SettingsTab, string, string])[] = [
  ["account", "/admin/settings", "Your account"],
  ["team", "/admin/settings/team", "Team"],
  ["email", "/admin/settings/email", "E-mail"],
  ["keys", "/admin/settings/keys", "API keys"],
];

interface FrameProps {
  readonly tab: SettingsTab;
  readonly notice?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A screen of the settings, with the tabs that lead to the others. */
export const SettingsFrame = ({ tab, notice, children }: FrameProps) => (
  <Layout title="Settings" place="settings" notice={notice}>
    <header class="top">
      <h1>Settings</h1>
    </header>
    <nav class="tabs" aria-label="Settings">
      {TABS.map(([name, href, label]) => (
        <a href={href} aria-current={name === tab ? "page" : undefined}>
          {label}
        </a>
      ))}
    </nav>
    {children}
  </Layout>
);

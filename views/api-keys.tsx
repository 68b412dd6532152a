import type { ComponentChildren } from "preact";
import type { ApiKey } from "../src/auth/api-key.ts";
import { Code } from "./parts/code.tsx";
import { Field, Select } from "./parts/field.tsx";
import { Removed } from "./parts/removed.tsx";
import { SettingsFrame } from "./parts/settings-frame.tsx";
import { Time } from "./parts/time.tsx";

export interface KeyValues {
  readonly name: string;
  readonly site: string;
  readonly scopes: readonly string[];
}

interface Props {
  readonly keys: readonly ApiKey[];
  readonly removed?: readonly ApiKey[];
  readonly sites: readonly { readonly id: number; readonly key: string; readonly domain: string }[];
  readonly scopes: readonly { readonly name: string; readonly label: string }[];
  readonly mayChange: boolean;
  readonly zone: string;
  /** The key that was just made; never shown again. */
  readonly made?: { readonly name: string; readonly key: string };
  readonly values?: KeyValues;
  readonly error?: string | undefined;
  readonly field?: string | undefined;
  readonly notice?: ComponentChildren;
}

/** With what programs ask for figures and events. */
export const ApiKeysPage = (props: Props) => (
  <SettingsFrame tab="keys" notice={props.notice}>
    {props.made && (
      <section class="panel pad">
        <h2>The key “{props.made.name}”</h2>
        <p class="muted">
          Copy it now: only its hash is kept, so it is not shown again. A program sends it as{" "}
          <code>Authorization: Bearer …</code>
        </p>
        <Code id="api-key" text={props.made.key} />
      </section>
    )}
    <div class="two">
      <div>
        <section class="panel scroll">
          {props.keys.length === 0 ? <NoKeys /> : <KeyTable {...props} />}
        </section>
        <Removed
          what="key"
          items={(props.mayChange ? (props.removed ?? []) : []).map(({ id, name, hint }) => ({
            name: `${name} (${hint}…)`,
            restore: `/admin/settings/keys/${id}/restore`,
          }))}
        />
      </div>
      {props.mayChange && <KeyForm {...props} />}
    </div>
  </SettingsFrame>
);

const NoKeys = () => (
  <div class="empty">
    <h2>No keys yet</h2>
    <p class="muted">
      With a key, programs of yours read figures and events: a spreadsheet, a dashboard, a nightly
      export. What they can ask for stands at <a href="/api">the API's own page</a>.
    </p>
  </div>
);

const KeyTable = ({ keys, sites, mayChange, zone }: Props) => (
  <table>
    <thead>
      <tr>
        <th>Key</th>
        <th>May</th>
        <th>Last used</th>
        <th />
      </tr>
    </thead>
    <tbody>
      {keys.map((key) => (
        <tr>
          <td>
            {key.name}{" "}
            <p class="muted small">
              <code>{key.hint}…</code> · {siteName(key, sites)}
            </p>
          </td>
          <td class="small">{key.scopes.join(", ")}</td>
          <td class="small muted">
            {key.usedAt === null ? "Never" : <Time at={key.usedAt} zone={zone} />}
          </td>
          <td class="right">
            {mayChange && (
              <form method="post" action={`/admin/settings/keys/${key.id}/remove`}>
                <button class="btn bad" aria-label={`Remove ${key.name}`}>
                  Remove
                </button>
              </form>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

function siteName(key: ApiKey, sites: Props["sites"]): string {
  if (key.siteId === null) return "All sites";
  return sites.find(({ id }) => id === key.siteId)?.domain ?? "A site that was removed";
}

const KeyForm = ({ sites, scopes, values, error, field }: Props) => (
  <form class="panel pad" method="post" action="/admin/settings/keys">
    <h2>Make a key</h2>
    <Field
      name="name"
      label="What it is for"
      value={values?.name}
      placeholder="Nightly export"
      required
      maxlength={100}
      error={field === "scopes" ? undefined : error}
    />
    <fieldset class="field">
      <legend>It may</legend>
      {scopes.map(({ name, label }) => (
        <label class="choice" for={name}>
          <input
            id={name}
            type="checkbox"
            name="scopes"
            value={name}
            checked={values === undefined ? name !== "events:read" : values.scopes.includes(name)}
          />
          <span>
            <b>{label}</b>
            <span class="muted small">{name}</span>
          </span>
        </label>
      ))}
      {field === "scopes" && (
        <span class="error" role="alert">
          {error}
        </span>
      )}
    </fieldset>
    <Select
      name="site"
      label="Of which site"
      value={values?.site ?? ""}
      options={[["", "All sites"], ...sites.map((site) => [site.key, site.domain] as const)]}
    />
    <div>
      <button class="btn main">Make the key</button>
    </div>
  </form>
);

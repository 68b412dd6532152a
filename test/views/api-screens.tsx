import type { VNode } from "preact";
import { SCOPES, type ApiKey } from "../../src/auth/api-key.ts";
import { OPERATIONS, REFUSALS } from "../../src/web/api/document/document.ts";
import { TAGS } from "../../src/web/api/document/operation.ts";
import { SCHEMAS } from "../../src/web/api/document/schemas.ts";
import { ApiPage } from "../../views/api.tsx";
import { ApiKeysPage } from "../../views/api-keys.tsx";
import { DAY_MS, HOSTILE, LONG, NOW, SITE, ZONE } from "./samples.ts";

const apiKey = (more: Partial<ApiKey> = {}): ApiKey => ({
  id: 1,
  name: "Nightly export",
  hint: "ff_3kQx",
  scopes: ["sites:read", "events:read"],
  siteId: SITE.id,
  createdAt: NOW - 40 * DAY_MS,
  usedAt: NOW - 3_600_000,
  ...more,
});

const keys = (more: object = {}) => (
  <ApiKeysPage
    keys={[
      apiKey({ id: 3, name: "Wallboard", scopes: ["stats:read"], siteId: null, usedAt: null }),
      apiKey(),
      apiKey({ id: 2, name: LONG, siteId: 999 }),
    ]}
    sites={[SITE]}
    scopes={SCOPES}
    mayChange
    zone={ZONE}
    {...more}
  />
);

/** The screens of keys and of the API. */
export const API_SCREENS: Readonly<Record<string, () => VNode>> = {
  "api-keys": () => keys({ removed: [apiKey({ id: 4, name: HOSTILE })] }),
  "api-keys-made": () =>
    keys({ made: { name: HOSTILE, key: "ff_3kQxZm9vdGZhbGwtaW52aXRhdGlvbi1rZXktMDAwMDA" } }),
  "api-keys-refused": () =>
    keys({
      values: { name: HOSTILE, site: "", scopes: [] },
      field: "scopes",
      error: "Choose what the key may do",
    }),
  "api-keys-empty": () => keys({ keys: [] }),
  api: () => (
    <ApiPage
      url="https://stats.example"
      tags={TAGS}
      scopes={SCOPES}
      perMinute={600}
      schemas={SCHEMAS}
      refusals={REFUSALS}
      operations={OPERATIONS}
    />
  ),
  "api-keys-viewer": () => keys({ mayChange: false }),
};

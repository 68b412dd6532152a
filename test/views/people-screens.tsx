import type { VNode } from "preact";
import { ContactPage } from "../../views/contact.tsx";
import { ContactsPage } from "../../views/contacts.tsx";
import { AccountPage, EmailSettingsPage, TeamPage } from "../../views/settings.tsx";
import { DAY_MS, HOSTILE, LONG, NOW, SITE, ZONE, user } from "./samples.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const contactRow = (id: number, more: object = {}) => ({
  id,
  state: "verified" as const,
  email: `reader${id}@buyer.example`,
  phone: null,
  externalId: null,
  createdAt: NOW - id * DAY_MS,
  lastSeenAt: NOW - id * 600_000,
  ...more,
});

const contact = (more: object = {}) => (
  <ContactPage
    contact={{ id: 12, state: "verified", zone: ZONE, language: "de-DE", createdAt: NOW - DAY_MS }}
    name="sam@buyer.example"
    identities={[
      {
        kind: "email",
        value: "sam@buyer.example",
        verifiedBy: "signed identify",
        suppressed: undefined,
      },
      { kind: "phone", value: "+49 30 1234567", verifiedBy: null, suppressed: undefined },
    ]}
    variables={[
      { name: "first_name", value: "Sam", source: "identify" },
      { name: "note", value: LONG, source: "identify" },
    ]}
    timeline={[
      {
        at: NOW - 60_000,
        what: "Viewed a page",
        detail: "/pricing",
        address: "https://shop.example/pricing",
        site: SITE.domain,
      },
      {
        at: NOW - 90_000,
        what: "Viewed a page",
        detail: "no web address",
        address: "javascript:alert(1)",
      },
      {
        at: NOW - 120_000,
        what: "add_to_cart",
        detail: `${LONG} {"sku":"trail-shoe"}`,
        site: SITE.domain,
      },
      { at: NOW - DAY_MS, what: "E-mail sent", detail: "You left Trail shoe behind" },
    ]}
    runs={[
      {
        id: 3,
        flowName: "Cart left behind",
        state: "active",
        reason: null,
        startedAt: NOW - 60_000,
      },
      {
        id: 2,
        flowName: "Welcome",
        state: "stopped",
        reason: "stopped by purchase",
        startedAt: NOW - DAY_MS,
      },
    ]}
    viewerZone={ZONE}
    mayConfirm
    mayErase
    {...more}
  />
);

const mail = (more: object = {}) => (
  <EmailSettingsPage
    seen="x"
    values={{
      host: "smtp.example.com",
      port: "587",
      security: "starttls",
      user: "shop",
      fromName: "Trail Shop",
      fromAddress: "shop@shop.example",
    }}
    hasPassword
    fixed={false}
    mayChange
    myEmail="ann@shop.example"
    {...more}
  />
);

/** Screens about contacts and about who signs in. */
export const PEOPLE_SCREENS: Readonly<Record<string, () => VNode>> = {
  account: () => (
    <AccountPage
      user={user()}
      signIns={[
        { agent: FIREFOX, seenAt: NOW, isThis: true },
        { agent: "", seenAt: NOW - DAY_MS, isThis: false },
      ]}
      zone={ZONE}
    />
  ),
  "account-refused": () => (
    <AccountPage
      user={user({ name: HOSTILE })}
      signIns={[]}
      zone={ZONE}
      error="This is not your current password"
    />
  ),
  team: () => (
    <TeamPage
      users={[
        { ...user(), inviteUntil: null },
        {
          ...user({ id: 2, name: "Ben Editor", email: `${LONG}@shop.example`, role: "editor" }),
          inviteUntil: NOW,
        },
      ]}
      me={user()}
      mayChange
      invitation={{
        name: "Ben Editor",
        link: "https://stats.example/invitation?token=Zm9vdGZhbGwtaW52aXRhdGlvbg",
      }}
    />
  ),
  "team-viewer": () => (
    <TeamPage
      users={[{ ...user(), inviteUntil: null }]}
      me={user({ id: 9, role: "viewer" })}
      mayChange={false}
    />
  ),
  email: () => mail(),
  "email-fixed": () =>
    mail({ fixed: true, hasPassword: false, error: "The sender's address is no address" }),

  contacts: () => (
    <ContactsPage
      rows={[
        contactRow(12),
        contactRow(13, { state: "claimed", email: `${LONG}@x.example`, lastSeenAt: null }),
        contactRow(14, { email: null, externalId: "customer-8812" }),
      ]}
      search=""
      zone={ZONE}
      nextOffset={50}
    />
  ),
  "contacts-empty": () => <ContactsPage rows={[]} search="" zone={ZONE} nextOffset={undefined} />,
  "contacts-none-found": () => (
    <ContactsPage rows={[]} search={HOSTILE} zone={ZONE} nextOffset={undefined} />
  ),
  contact: () => contact(),
  "contact-claimed": () =>
    contact({
      contact: { id: 13, state: "claimed", zone: null, language: null, createdAt: NOW },
      name: `${LONG}@x.example`,
      variables: [],
      timeline: [],
      runs: [],
    }),
};

import type { VNode } from "preact";
import { FILTER_OPERATORS } from "../../src/flows/flow.ts";
import { STEP_KINDS } from "../../src/flows/steps/kinds.ts";
import { FlowPage, type FlowScreenProps } from "../../views/flow.tsx";
import { FlowsPage } from "../../views/flows.tsx";
import { PeoplePage, type PersonRow } from "../../views/people.tsx";
import { RunPage } from "../../views/run.tsx";
import * as sample from "./samples.ts";
import { HOSTILE, LONG, NEW_FLOW, NOW, RUN_FIGURES, SITE, ZONE, flow } from "./samples.ts";

const flowScreen = (more: Partial<FlowScreenProps> = {}) => (
  <FlowPage
    stuck={[]}
    flow={flow()}
    figures={RUN_FIGURES}
    steps={sample.STEP_FIGURES}
    problems={[]}
    open="trigger"
    siteDomain={SITE.domain}
    choices={{
      sites: [SITE],
      events: new Map([[SITE.id, ["add_to_cart", "purchase", "page_view"]]]),
      operators: FILTER_OPERATORS,
    }}
    kinds={STEP_KINDS}
    showProblems={false}
    webhookSecret="whsec_c2VjcmV0c2VjcmV0c2VjcmV0"
    {...more}
  />
);

const person = (id: number, more: Partial<PersonRow> = {}): PersonRow => ({
  id,
  contactId: id,
  visitorNumber: null,
  email: `reader${id}@buyer.example`,
  state: "active",
  step: "Wait 45 minutes",
  reason: null,
  startedAt: NOW - id * 60_000,
  wakeAt: NOW + id * 60_000,
  ...more,
});

const run = (more: object = {}) => (
  <RunPage
    run={{
      id: 3,
      flowId: 7,
      flowName: "Cart left behind",
      version: 4,
      contactId: 12,
      visitorNumber: null,
      email: "sam@buyer.example",
      state: "failed",
      reason: "the webhook answered 500",
      startedAt: NOW - 3_600_000,
    }}
    event={'add_to_cart on /product/trail-shoe {"sku":"trail-shoe","value":119}'}
    entries={[
      { at: NOW - 3_600_000, step: "Wait 45 minutes", outcome: "waits", detail: "until 12:05" },
      {
        at: NOW - 900_000,
        step: "Send “You left Trail shoe behind”",
        outcome: "done",
        detail: null,
      },
      {
        at: NOW - 800_000,
        step: `Call https://${LONG}`,
        outcome: "failed",
        detail: "the receiver answered 500",
      },
    ]}
    messages={[
      {
        id: 1,
        channel: "email",
        recipient: "sam@buyer.example",
        state: "sent",
        attempts: 1,
        error: null,
        key: "3.2",
        summary: "You left Trail shoe behind",
      },
      {
        id: 2,
        channel: "webhook",
        recipient: `https://${LONG}`,
        state: "dead",
        attempts: 9,
        error: "the receiver answered 500",
        key: "3.3",
        summary: "Webhook",
      },
    ]}
    zone={ZONE}
    mayChange
    {...more}
  />
);

/** Screens about flows and the people in them. */
export const FLOW_SCREENS: Readonly<Record<string, () => VNode>> = {
  flows: () => (
    <FlowsPage
      rows={[
        {
          id: 7,
          name: "Cart left behind",
          state: "active",
          startsOn: "On add_to_cart of shop.example",
          figures: RUN_FIGURES,
        },
        {
          id: 8,
          name: LONG.slice(0, 100),
          state: "paused",
          startsOn: "On purchase of shop.example",
          figures: sample.NO_RUNS,
        },
        {
          id: 9,
          name: "Welcome",
          state: "draft",
          startsOn: "Nothing starts it yet",
          figures: sample.NO_RUNS,
        },
      ]}
    />
  ),
  "flows-empty": () => <FlowsPage rows={[]} />,
  "flows-removed": () => (
    <FlowsPage
      rows={[
        {
          id: 7,
          name: "Cart left behind",
          state: "active",
          startsOn: "On add_to_cart of a removed site",
          startsNobody: true,
          figures: RUN_FIGURES,
        },
      ]}
      removed={[
        { id: 8, name: "Welcome" },
        { id: 9, name: LONG },
      ]}
    />
  ),
  flow: () => flowScreen(),
  "flow-email": () => flowScreen({ open: "bb22", flow: flow({ isChanged: true }) }),
  "flow-wait": () => flowScreen({ open: "aa11", flow: flow({ state: "paused" }) }),
  "flow-stuck": () =>
    flowScreen({
      flow: flow({ state: "paused" }),
      stuck: [
        { channel: "email", count: 1, error: "The mail server did not answer in 10 seconds" },
        { channel: "webhook", count: 1200, error: HOSTILE },
      ],
    }),
  "flow-refused": () =>
    flowScreen({
      open: "cc33",
      error: "Enter an address that begins with https://",
      refusedSettings: { url: HOSTILE },
    }),
  "flow-new": () =>
    flowScreen({
      flow: NEW_FLOW,
      figures: sample.NO_RUNS,
      steps: new Map(),
      siteDomain: undefined,
    }),
  "flow-unpublishable": () =>
    flowScreen({
      flow: flow({ version: undefined, state: "draft" }),
      open: "gone",
      showProblems: true,
      problems: [
        { stepId: undefined, message: "Choose the event that starts the flow" },
        { stepId: "bb22", message: "Set a mail server in the settings first" },
      ],
    }),

  people: () => (
    <PeoplePage
      flow={{ id: 7, name: "Cart left behind" }}
      rows={[
        person(1),
        person(2, {
          state: "held",
          reason: "held: not confirmed",
          wakeAt: null,
          email: `${LONG}@x.example`,
        }),
        person(3, {
          contactId: null,
          visitorNumber: 4711,
          email: null,
          state: "done",
          wakeAt: null,
        }),
      ]}
      state={undefined}
      zone={ZONE}
    />
  ),
  "people-empty": () => (
    <PeoplePage flow={{ id: 7, name: LONG }} rows={[]} state="held" zone={ZONE} />
  ),
  run: () => run(),
  "run-active": () =>
    run({
      run: {
        id: 4,
        flowId: 7,
        flowName: LONG,
        version: 1,
        contactId: null,
        visitorNumber: 4711,
        email: null,
        state: "active",
        reason: null,
        startedAt: NOW,
      },
      entries: [],
      messages: [],
    }),
};

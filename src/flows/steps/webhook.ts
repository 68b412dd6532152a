import { Refusal } from "../../lib/errors.ts";
import { parseTarget, refusePrivateTarget } from "../../lib/guarded-fetch.ts";
import type { StepKind } from "./step.ts";

/** How long it waits to learn whose visit a link began; a scanner of mails never acts. */
const PATIENCE_MS = 60_000;

/** Posts who did what to an address, signed, so that another program can go on from there. */
export const webhook: StepKind<{ url: string }> = {
  name: "webhook",
  label: "Webhook",
  fresh: { url: "" },

  parse({ url }) {
    if (typeof url === "string" && url.length <= 2000) return { url: url.trim() };
    throw new Refusal("invalid", "Webhook: enter an address");
  },

  problems({ url }, { allowNetworks }) {
    try {
      refusePrivateTarget(parseTarget(url), allowNetworks);
      return [];
    } catch (error) {
      return [`Webhook: ${error instanceof Error ? error.message : String(error)}`];
    }
  },

  run({ url }, { run, contact, tieIsPending, event, site, now }) {
    const known = run.enteredAt + PATIENCE_MS;
    if (!contact && tieIsPending && now < known) {
      return { outcome: "wait", until: known, reason: "waits for the visitor to act on the page" };
    }
    const payload = {
      type: "flow.step",
      flow: { id: run.flowId, name: run.flowName },
      run: { id: run.id, step: run.stepId },
      site: site.domain,
      visitor: run.visitorId,
      contact: contact && {
        id: contact.id,
        verified: contact.verified,
        email: contact.email,
        phone: contact.phone,
        external_id: contact.externalId,
        variables: contact.variables,
      },
      event: { ...event, at: new Date(event.at).toISOString() },
    };
    return { outcome: "send", message: { channel: "webhook", recipient: url, payload } };
  },
};

import { suppressionOf } from "../../contacts/facts.ts";
import { Refusal } from "../../lib/errors.ts";
import { composeMail, defuse } from "../../messages/mail.ts";
import { templateProblem } from "../../messages/template.ts";
import type { StepContext, StepKind } from "./step.ts";

/**
 * Sends a mail to the contact.
 *
 * Nothing goes to an address that is only claimed: the run is held until somebody verified
 * it. Who is not known at all, or wants no mail, is passed by with the reason.
 */
export const email: StepKind<{ subject: string; text: string }> = {
  name: "email",
  label: "E-mail",
  fresh: { subject: "", text: "" },

  parse({ subject, text }) {
    if (typeof subject !== "string" || typeof text !== "string") {
      throw new Refusal("invalid", "E-mail: a subject and a text are needed");
    }
    if (text.length > 50_000) throw new Refusal("invalid", "E-mail: the text is too long");
    return { subject: subject.slice(0, 300), text };
  },

  problems({ subject, text }, { hasMailServer }) {
    const problems: string[] = [];
    if (subject.trim() === "") problems.push("E-mail: enter a subject");
    if (text.trim() === "") problems.push("E-mail: enter a text");
    for (const template of [subject, text]) {
      const problem = templateProblem(template);
      if (problem) problems.push(`E-mail: ${problem}`);
    }
    if (!hasMailServer) problems.push("E-mail: set up a mail server in the settings first");
    return problems;
  },

  run(settings, context) {
    const { contact, tieIsPending, connection, baseUrl } = context;
    if (!contact) {
      return tieIsPending
        ? { outcome: "hold", reason: "not known yet: waits for the visitor to act on the page" }
        : { outcome: "skip", reason: "nobody is known to send to" };
    }
    if (contact.email === undefined) return { outcome: "skip", reason: "no e-mail address" };
    if (!contact.emailVerified) return { outcome: "hold", reason: "not confirmed" };
    const suppressed = suppressionOf(connection, "email", contact.email);
    if (suppressed) return { outcome: "skip", reason: suppressed };
    try {
      const { payload, links } = composeMail(settings, dataOf(context), baseUrl);
      return {
        outcome: "send",
        message: { channel: "email", recipient: contact.email, payload, links },
      };
    } catch (error) {
      if (error instanceof Refusal) return { outcome: "fail", reason: error.message };
      throw error;
    }
  },
};

/**
 * What a text may use.
 *
 * All of it but the confirmed address may have come from a browser, the path of the page and a
 * person's external id too, so links are taken out of all of it.
 */
function dataOf({ contact, event, site, isOwnHost }: StepContext) {
  const { properties, name, page, url, title, source } = event;
  const said = {
    contact: { ...contact?.variables, phone: contact?.phone, id: contact?.externalId },
    // Where a property has the name of one of ours, the property is meant: a product has a name.
    event: { name, page, url, title, source, ...properties },
  };
  const safe = defuse(said, isOwnHost) as typeof said;
  return {
    contact: { ...safe.contact, email: contact?.email },
    event: safe.event,
    site: { domain: site.domain },
  };
}

import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs } from "../../auth/user.ts";
import {
  findContact,
  findSuppression,
  listContactEvents,
  listContacts,
  listIdentities,
  listVariableFacts,
} from "../../contacts/queries.ts";
import { verifyIdentity } from "../../contacts/record.ts";
import { listRuns } from "../../flows/queries.ts";
import { Refusal } from "../../lib/errors.ts";
import { listClicks, listMessages } from "../../messages/queries.ts";
import { ContactPage, type TimelineItem } from "../../../views/contact.tsx";
import { ContactsPage } from "../../../views/contacts.tsx";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { isErasedSoon } from "./erasing.ts";
import { noticeOf } from "./notices.tsx";

type Suppression = NonNullable<Awaited<ReturnType<typeof findSuppression>>>;

const PAGE_SIZE = 50;
const TIMELINE = 100;

/** `/admin/contacts`: who is known, and everything about one person. */
export const adminContacts = (app: App) => {
  const { store, write, now, acting } = app;

  const timelineOf = async (
    contactId: number,
    suppressed: readonly Suppression[],
  ): Promise<TimelineItem[]> => {
    const [events, messages, clicks] = await Promise.all([
      listContactEvents(store, contactId, TIMELINE),
      listMessages(store, { contactId }, TIMELINE),
      listClicks(store, contactId, TIMELINE),
    ]);
    const items: TimelineItem[] = [
      ...suppressed.map(({ at, reason, address }) => ({
        at,
        what: reason === "unsubscribed" ? "Unsubscribed" : `No mail any more: ${reason}`,
        detail: address,
      })),
      ...events.map((event) => ({
        at: event.at,
        what: event.name === "page_view" ? "Viewed a page" : event.name,
        detail: [event.page, event.properties].filter(Boolean).join(" "),
        site: app.sites.findById(event.siteId)?.domain ?? "",
      })),
      ...messages.map((message) => ({
        at: message.settledAt ?? message.createdAt,
        what: `${message.channel === "email" ? "E-mail" : "Webhook"} ${message.state}`,
        detail: summaryOf(message),
      })),
      ...clicks.map((click) => ({
        at: click.at,
        what: `${click.kind === "click" ? "Opened a link" : "Image loaded"}${click.machine ? " (machine)" : ""}`,
        detail: click.url ?? "",
        ...(click.url !== null && { address: click.url }),
      })),
    ];
    return items.sort((a, b) => b.at - a.at).slice(0, TIMELINE);
  };

  return new Elysia({ prefix: "/contacts" })
    .use(signedIn(app))

    .get("/", async ({ request, query }) => {
      const search = (query.q ?? "").trim().slice(0, 200);
      const offset = Math.min(Math.max(0, Math.floor(Number(query.offset ?? 0)) || 0), 1e9);
      const rows = await listContacts(store, search, PAGE_SIZE + 1, offset);
      return page(
        <ContactsPage
          rows={rows.slice(0, PAGE_SIZE)}
          search={search}
          zone={viewerZone(request)}
          nextOffset={rows.length > PAGE_SIZE ? offset + PAGE_SIZE : undefined}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/:id", async ({ request, user, params }) => {
      const id = rowId(params.id);
      const contact = await findContact(store, id);
      if (!contact) throw new Refusal("missing", "There is no such contact");
      const suppressed: Suppression[] = [];
      const identities = await Promise.all(
        (await listIdentities(store, id)).map(async ({ kind, value, verifiedBy }) => {
          const suppression = await findSuppression(store, kind, value);
          if (suppression) suppressed.push(suppression);
          return { kind, value, verifiedBy, suppressed: suppression?.reason };
        }),
      );
      return page(
        <ContactPage
          contact={contact}
          name={identities[0]?.value ?? `Contact ${id}`}
          identities={identities}
          variables={await listVariableFacts(store, id)}
          timeline={await timelineOf(id, suppressed)}
          runs={await listRuns(store, { contactId: id, limit: 20 })}
          viewerZone={viewerZone(request)}
          mayConfirm={mayActAs(user.role, "editor")}
          mayErase={mayActAs(user.role, "admin")}
          notice={noticeOf(request)}
        />,
      );
    })

    .post("/:id/confirm", async ({ request, user, params }) => {
      const id = rowId(params.id);
      await write(async (tx, connection) => {
        const contact = await findContact(tx, id);
        const [first] = await listIdentities(tx, id);
        if (!contact || !first) throw new Refusal("missing", "There is no such contact");
        // A signed call may have come first: then others' claims are gone, and nothing is left to do.
        if (contact.state === "verified") return;
        verifyIdentity(connection, id, first, user.name, now());
        await note(tx, user.id, "confirmed contact", first.value, now());
        acting.identity.onVerified(connection, id, now());
      });
      return redirect(request, `/admin/contacts/${id}?notice=contact-confirmed`);
    })

    .post(
      "/:id/erase",
      async ({ request, user, params, body }) => {
        refuseBelow(user, "admin");
        const id = rowId(params.id);
        const [first] = await listIdentities(store, id);
        if (body.name.trim() !== (first?.value ?? `Contact ${id}`)) {
          throw new Refusal("invalid", "That is not the name above: nothing was erased");
        }
        const [isDone] = await Promise.all([
          isErasedSoon(app.erasure.eraseContact(id), app.log),
          write((tx) => note(tx, user.id, "erased a contact", `contact ${id}`, now())),
        ]);
        const notice = isDone ? "contact-erased" : "contact-erasing";
        return redirect(request, `/admin/contacts?notice=${notice}`);
      },
      { body: t.Object({ name: t.String({ maxLength: 300 }) }) },
    );
};

/** What a message says of itself in a list. */
export function summaryOf(message: {
  channel: string;
  payload: string;
  recipient: string;
}): string {
  if (message.channel !== "email") return message.recipient;
  const { subject } = JSON.parse(message.payload) as { subject?: string };
  return subject ?? "";
}

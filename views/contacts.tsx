import type { ComponentChildren } from "preact";
import type { ContactListRow } from "../src/contacts/queries.ts";
import { Layout } from "./layout.tsx";
import { Time } from "./parts/time.tsx";

interface Props {
  readonly rows: readonly ContactListRow[];
  readonly search: string;
  readonly zone: string;
  /** Where the next page begins; undefined on the last. */
  readonly nextOffset: number | undefined;
  readonly notice?: ComponentChildren;
}

/** Whether messages are sent to a contact, and why not. */
export const ContactPill = ({ state }: { state: "claimed" | "verified" }) =>
  state === "verified" ? (
    <span class="pill good" title="Known for sure: messages are sent">
      Verified
    </span>
  ) : (
    <span class="pill warn" title="Only a page says so: nothing is sent until it is confirmed">
      Claimed
    </span>
  );

/** Who is known. */
export const ContactsPage = ({ rows, search, zone, nextOffset, notice }: Props) => (
  <Layout title="Contacts" place="contacts" notice={notice}>
    <header class="top">
      <h1>Contacts</h1>
      <span class="space" />
      <form class="row-of" method="get" action="/admin/contacts" role="search">
        <input
          type="search"
          name="q"
          value={search}
          aria-label="Search by e-mail, phone or id"
          placeholder="E-mail, phone or id"
        />
      </form>
    </header>
    <section class="panel scroll">
      {rows.length === 0 ? (
        <div class="empty">
          <h2>{search ? "Nobody found" : "No contacts yet"}</h2>
          <p class="muted">
            {search
              ? `No contact is known by anything that contains “${search}”.`
              : "A contact appears when a page calls footfall('identify', {email}), or when somebody opens a link that Footfall sent."}
          </p>
        </div>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Known by</th>
              <th>State</th>
              <th>Last seen</th>
              <th>Since</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <td>
                  <a href={`/admin/contacts/${row.id}`}>
                    {row.email ?? row.phone ?? row.externalId ?? `Contact ${row.id}`}
                  </a>
                </td>
                <td>
                  <ContactPill state={row.state} />
                </td>
                <td>{row.lastSeenAt !== null && <Time at={row.lastSeenAt} zone={zone} />}</td>
                <td>
                  <Time at={row.createdAt} zone={zone} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
    {nextOffset !== undefined && (
      <p>
        <a
          class="btn"
          href={`/admin/contacts?q=${encodeURIComponent(search)}&offset=${nextOffset}`}
        >
          Next page
        </a>
      </p>
    )}
  </Layout>
);

import type { ComponentChildren } from "preact";
import { Layout } from "./layout.tsx";
import { ContactPill } from "./contacts.tsx";
import { Field } from "./parts/field.tsx";
import { httpUrl } from "./parts/http-url.ts";
import { RunPill } from "./parts/run-pill.tsx";
import { plural } from "./parts/text.ts";
import { Time } from "./parts/time.tsx";

/** One thing on a contact's timeline. */
export interface TimelineItem {
  readonly at: number;
  readonly what: string;
  readonly detail: string;
  readonly site?: string;
  /** An address that was opened; a link only if it may be one. */
  readonly address?: string;
}

interface Props {
  readonly contact: {
    readonly id: number;
    readonly state: "claimed" | "verified";
    readonly zone: string | null;
    readonly language: string | null;
    readonly createdAt: number;
  };
  readonly name: string;
  readonly identities: readonly {
    readonly kind: string;
    readonly value: string;
    readonly verifiedBy: string | null;
    readonly suppressed: string | undefined;
  }[];
  readonly variables: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: string;
  }[];
  readonly timeline: readonly TimelineItem[];
  readonly runs: readonly {
    readonly id: number;
    readonly flowName: string;
    readonly state: string;
    readonly reason: string | null;
    readonly startedAt: number;
  }[];
  readonly viewerZone: string;
  readonly mayConfirm: boolean;
  readonly mayErase: boolean;
  readonly notice?: ComponentChildren;
}

const Detail = ({ item: { detail, address } }: { item: TimelineItem }) => {
  const href = address === undefined ? undefined : httpUrl(address);
  return href === undefined ? (
    <>{detail}</>
  ) : (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      {detail}
    </a>
  );
};

const KINDS: Readonly<Record<string, string>> = { email: "E-mail", phone: "Phone", id: "Id" };

/** Everything about one person. */
export const ContactPage = (props: Props) => {
  const { contact, name, identities, variables, timeline, runs, viewerZone, notice } = props;
  const heldCount = runs.filter(({ state }) => state === "held").length;
  return (
    <Layout title={name} place="contacts" notice={notice}>
      <header class="top">
        <h1>{name}</h1>
        <ContactPill state={contact.state} />
      </header>
      {contact.state === "claimed" && (
        <div class="notice warn">
          <p>
            Only a page says that this is <bdi>{name}</bdi>. Nothing is sent to a claim: what flows
            want to send is held until it is confirmed. Confirm it only if you know that this person
            said so themselves: then {heldCount === 0 ? "nothing is held, but " : ""}
            {heldCount > 0 && `what is held in ${plural(heldCount, "flow")} goes out, and `}the
            browsers that claimed it count as theirs.
          </p>
          {props.mayConfirm && (
            <form method="post" action={`/admin/contacts/${contact.id}/confirm`}>
              <button class="btn">I know that it is true</button>
            </form>
          )}
        </div>
      )}
      <div class="two">
        <section class="panel pad">
          <h2>Who it is</h2>
          <dl>
            {identities.map((identity) => (
              <>
                <dt>{KINDS[identity.kind] ?? identity.kind}</dt>
                <dd>
                  <bdi>{identity.value}</bdi>{" "}
                  <span class="muted small">
                    {identity.verifiedBy ? `verified by ${identity.verifiedBy}` : "claimed"}
                  </span>{" "}
                  {identity.suppressed && <span class="pill bad">{identity.suppressed}</span>}
                </dd>
              </>
            ))}
            {contact.zone && (
              <>
                <dt>Time zone</dt>
                <dd>{contact.zone}</dd>
              </>
            )}
            {contact.language && (
              <>
                <dt>Language</dt>
                <dd>{contact.language}</dd>
              </>
            )}
            <dt>Known since</dt>
            <dd>
              <Time at={contact.createdAt} zone={viewerZone} style="long" />
            </dd>
            {variables.map((variable) => (
              <>
                <dt>{variable.name}</dt>
                <dd>
                  <bdi>{variable.value}</bdi> <span class="muted small">by {variable.source}</span>
                </dd>
              </>
            ))}
          </dl>
        </section>
        <section class="panel pad scroll">
          <h2>Flows</h2>
          {runs.length === 0 && <p class="muted">In no flow so far.</p>}
          <table>
            <tbody>
              {runs.map((run) => (
                <tr>
                  <td>
                    <a href={`/admin/runs/${run.id}`}>{run.flowName}</a>
                    {run.reason && <p class="muted small">{run.reason}</p>}
                  </td>
                  <td>
                    <RunPill state={run.state} />
                  </td>
                  <td class="muted small">
                    <Time at={run.startedAt} zone={viewerZone} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
      <section class="panel" aria-labelledby="timeline">
        <div class="list">
          <h2 id="timeline">Timeline</h2>
        </div>
        {timeline.length === 0 && <p class="pad muted">Nothing yet.</p>}
        <ol class="feed">
          {timeline.map((item) => (
            <li>
              <Time at={item.at} zone={viewerZone} />
              <b class="cut">{item.what}</b>
              <span class="cut" title={item.detail}>
                <Detail item={item} />
              </span>
              <span class="muted small">{item.site}</span>
            </li>
          ))}
        </ol>
      </section>
      {props.mayErase && (
        <section class="panel pad" aria-labelledby="erase">
          <h2 id="erase">Erase this person</h2>
          <p>
            Removes who it is, what was recorded of their browsers, also in past figures, and every
            message to them. That they opted out of mail stays known, so that nobody writes to them
            again. This cannot be undone.
          </p>
          <form method="post" action={`/admin/contacts/${contact.id}/erase`}>
            <Field name="name" label={`Type ${name} to erase them`} required />
            <button class="btn bad">Erase for good</button>
          </form>
        </section>
      )}
    </Layout>
  );
};

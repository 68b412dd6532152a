import type { ComponentChildren } from "preact";
import type { RunState } from "../src/flows/queries.ts";
import { Layout } from "./layout.tsx";
import { Person } from "./people.tsx";
import { RunPill } from "./parts/run-pill.tsx";
import { Time } from "./parts/time.tsx";

interface Props {
  readonly run: {
    readonly id: number;
    readonly flowId: number;
    readonly flowName: string;
    readonly version: number;
    readonly contactId: number | null;
    readonly visitorNumber: number | null;
    readonly email: string | null;
    readonly state: RunState;
    readonly reason: string | null;
    readonly startedAt: number;
  };
  readonly event: string;
  readonly entries: readonly {
    readonly at: number;
    readonly step: string;
    readonly outcome: string;
    readonly detail: string | null;
  }[];
  readonly messages: readonly {
    readonly id: number;
    readonly channel: string;
    readonly recipient: string;
    readonly state: string;
    readonly attempts: number;
    readonly error: string | null;
    readonly key: string;
    readonly summary: string;
  }[];
  readonly zone: string;
  readonly mayChange: boolean;
  readonly notice?: ComponentChildren;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  entered: "Came to",
  waiting: "Waits",
  sending: "Sends",
  done: "Done",
  skipped: "Passed by",
  held: "Held",
  stopped: "Stopped",
  failed: "Failed",
  retried: "Tried again",
};

/** A reason as it is, a moment in the viewer's zone. */
const Detail = ({ text, zone }: { text: string | null; zone: string }) => {
  const at = text && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return <>{text}</>;
  return (
    <>
      until <Time at={at} zone={zone} />
    </>
  );
};

/** One way through a flow, as a diary. */
export const RunPage = ({ run, event, entries, messages, zone, mayChange, notice }: Props) => (
  <Layout title={`Run ${run.id}`} place="flows" notice={notice}>
    <header class="top">
      <h1>
        <a href={`/admin/flows/${run.flowId}`}>{run.flowName}</a>
      </h1>
      <RunPill state={run.state} />
      <span class="muted">
        version {run.version} · <Person row={run} />
      </span>
      <span class="space" />
      {mayChange && (run.state === "active" || run.state === "held") && (
        <form method="post" action={`/admin/runs/${run.id}/stop`}>
          <button class="btn bad">Stop for this person</button>
        </form>
      )}
    </header>
    {run.reason && <p class={run.state === "failed" ? "notice bad" : "notice"}>{run.reason}</p>}
    <section class="panel" aria-labelledby="diary">
      <div class="list">
        <h2 id="diary">Diary</h2>
      </div>
      <ol class="feed">
        <li>
          <Time at={run.startedAt} zone={zone} />
          <b>Started</b>
          <span>{event}</span>
          <span />
        </li>
        {entries.map((entry) => (
          <li>
            <Time at={entry.at} zone={zone} />
            <b>{OUTCOMES[entry.outcome] ?? entry.outcome}</b>
            <span class="cut" title={entry.step}>
              {entry.step}
            </span>
            <span class="muted small">
              <Detail text={entry.detail} zone={zone} />
            </span>
          </li>
        ))}
      </ol>
    </section>
    {messages.length > 0 && (
      <section class="panel scroll" aria-labelledby="messages">
        <div class="list">
          <h2 id="messages">Messages</h2>
        </div>
        <table>
          <tbody>
            {messages.map((message) => (
              <tr>
                <td>
                  <b>{message.summary}</b>
                  <p class="muted small">
                    {message.channel} to {message.recipient} · key {message.key}
                  </p>
                </td>
                <td class="long">
                  <span
                    class={`pill ${{ sent: "good", dead: "bad", pending: "warn" }[message.state] ?? ""}`}
                  >
                    {message.state}
                  </span>
                  {message.error && <p class="error">{message.error}</p>}
                  {message.attempts > 1 && <p class="muted small">{message.attempts} attempts</p>}
                </td>
                <td class="right">
                  {mayChange && message.state === "dead" && (
                    <form method="post" action={`/admin/messages/${message.id}/replay`}>
                      <button class="btn">Try again</button>
                    </form>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    )}
  </Layout>
);

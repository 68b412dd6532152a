import type { RunState } from "../src/flows/queries.ts";
import { Layout } from "./layout.tsx";
import { RunPill } from "./parts/run-pill.tsx";
import { Time } from "./parts/time.tsx";

export interface PersonRow {
  readonly id: number;
  readonly contactId: number | null;
  readonly visitorNumber: number | null;
  readonly email: string | null;
  readonly state: RunState;
  readonly step: string;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly wakeAt: number | null;
}

interface Props {
  readonly flow: { readonly id: number; readonly name: string };
  readonly rows: readonly PersonRow[];
  readonly state: string | undefined;
  /** The step whose people are shown, and its sentence; undefined: all of the flow. */
  readonly step?: { readonly id: string; readonly sentence: string } | undefined;
  readonly isPaused?: boolean;
  /** The run after which older ones follow, if there are more. */
  readonly nextBefore?: number | undefined;
  readonly zone: string;
}

/** Who a run is about. */
export const Person = ({
  row,
}: {
  row: Pick<PersonRow, "contactId" | "email" | "visitorNumber">;
}) =>
  row.contactId === null ? (
    <span class="muted">visitor {row.visitorNumber}</span>
  ) : (
    <a href={`/admin/contacts/${row.contactId}`}>{row.email ?? `Contact ${row.contactId}`}</a>
  );

const STATES: readonly (readonly [string, string])[] = [
  ["", "All"],
  ["active", "On their way"],
  ["held", "Held"],
  ["done", "Done"],
  ["stopped", "Stopped"],
  ["failed", "Failed"],
];

/** The people in a flow, or at one of its steps. */
export const PeoplePage = ({
  flow,
  rows,
  state = "",
  step,
  isPaused = false,
  nextBefore,
  zone,
}: Props) => (
  <Layout title={`People in ${flow.name}`} place="flows">
    <header class="top">
      <h1>
        <a href={`/admin/flows/${flow.id}`}>{flow.name}</a>
      </h1>
    </header>
    <nav class="tabs" aria-label="State">
      {STATES.map(([name, label]) => (
        <a
          href={address(flow.id, { state: name, step: step?.id })}
          aria-current={name === state ? "page" : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
    {isPaused && (
      <p class="notice warn">
        The flow is paused: who is on the way stands still until you resume it.
      </p>
    )}
    {step && (
      <p class="muted">
        Who is at “{step.sentence}” now.{" "}
        <a href={address(flow.id, { state })}>Show everybody in the flow</a>
      </p>
    )}
    <section class="panel scroll">
      {rows.length === 0 ? (
        <p class="empty muted">Nobody is here.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Who</th>
              <th>State</th>
              <th>Step</th>
              <th>Started</th>
              <th>Goes on</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <td>
                  <Person row={row} />
                </td>
                <td>
                  <RunPill state={row.state} />
                  {row.reason && <p class="muted small">{row.reason}</p>}
                </td>
                <td>{row.step}</td>
                <td>
                  <Time at={row.startedAt} zone={zone} />
                </td>
                <td>{row.wakeAt !== null && !isPaused && <Time at={row.wakeAt} zone={zone} />}</td>
                <td>
                  <a href={`/admin/runs/${row.id}`}>Diary</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
    {nextBefore !== undefined && (
      <p>
        <a
          class="btn"
          href={address(flow.id, { state, step: step?.id, before: String(nextBefore) })}
        >
          Older ones
        </a>
      </p>
    )}
  </Layout>
);

function address(flowId: number, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  const query = new URLSearchParams(given).toString();
  return `/admin/flows/${flowId}/people${query && `?${query}`}`;
}

import type { ComponentChildren } from "preact";
import type { RunFigures } from "../src/flows/queries.ts";
import { Layout } from "./layout.tsx";
import { Removed } from "./parts/removed.tsx";
import { FlowPill } from "./parts/run-pill.tsx";
import { count } from "./parts/text.ts";

export interface FlowRow {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly startsOn: string;
  readonly figures: RunFigures;
  /** It runs, but what starts it is gone. */
  readonly startsNobody?: boolean;
}

interface Props {
  readonly rows: readonly FlowRow[];
  /** Flows that were removed and can be brought back. */
  readonly removed?: readonly { readonly id: number; readonly name: string }[];
  readonly error?: string;
  readonly notice?: ComponentChildren;
}

/** All flows. */
export const FlowsPage = ({ rows, removed = [], error, notice }: Props) => (
  <Layout title="Flows" place="flows" notice={notice}>
    <header class="top">
      <h1>Flows</h1>
      <span class="space" />
      <form class="row-of" method="post" action="/admin/flows">
        <input
          name="name"
          aria-label="Name of the new flow"
          placeholder="Name, like Cart left behind"
          required
          maxlength={100}
          aria-invalid={error !== undefined}
        />
        <button class="btn main">New flow</button>
      </form>
    </header>
    {error && (
      <p class="error" role="alert">
        {error}
      </p>
    )}
    <section class="panel scroll">
      {rows.length === 0 ? (
        <div class="empty">
          <h2>No flows yet</h2>
          <p class="muted">
            A flow acts when something happens: somebody leaves a full cart, and an hour later a
            mail reminds them, unless they have bought meanwhile.
          </p>
        </div>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Flow</th>
              <th>State</th>
              <th class="right">Entered</th>
              <th class="right">Now in it</th>
              <th class="right">Done</th>
              <th class="right">Stopped</th>
              <th class="right">Held</th>
              <th class="right">Failed</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, state, startsOn, startsNobody, figures }) => (
              <tr>
                <td>
                  <a href={`/admin/flows/${id}`}>
                    <b>{name}</b>
                  </a>
                  <p class="muted small">{startsOn}</p>
                </td>
                <td>
                  {startsNobody ? (
                    <a class="pill bad" href={`/admin/flows/${id}?step=trigger#side`}>
                      Its event is gone
                    </a>
                  ) : (
                    <FlowPill state={state} />
                  )}
                </td>
                <td class="num right">{count(figures.entered)}</td>
                <td class="num right">{count(figures.active)}</td>
                <td class="num right">{count(figures.done)}</td>
                <td class="num right">{count(figures.stopped)}</td>
                <td class="num right">{count(figures.held)}</td>
                <td class="num right">{count(figures.failed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
    <Removed
      what="flow"
      items={removed.map(({ id, name }) => ({ name, restore: `/admin/flows/${id}/restore` }))}
    />
  </Layout>
);

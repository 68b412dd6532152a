import type { ComponentChildren } from "preact";
import type { RunFigures } from "../src/flows/queries.ts";
import { Layout } from "./layout.tsx";
import { FlowPill } from "./parts/run-pill.tsx";
import { count } from "./parts/text.ts";

export interface FlowRow {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly startsOn: string;
  readonly figures: RunFigures;
}

interface Props {
  readonly rows: readonly FlowRow[];
  readonly error?: string;
  readonly notice?: ComponentChildren;
}

/** All flows. */
export const FlowsPage = ({ rows, error, notice }: Props) => (
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
            {rows.map(({ id, name, state, startsOn, figures }) => (
              <tr>
                <td>
                  <a href={`/admin/flows/${id}`}>
                    <b>{name}</b>
                  </a>
                  <p class="muted small">{startsOn}</p>
                </td>
                <td>
                  <FlowPill state={state} />
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
  </Layout>
);

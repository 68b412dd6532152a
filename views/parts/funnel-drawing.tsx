import type { FunnelAnswer, FunnelStep, Match } from "../../src/stats/question.ts";
import { lasting, percent } from "./figures.ts";
import { matchSentence } from "./matches.tsx";
import { count, plural } from "./text.ts";

interface Props {
  readonly steps: readonly Match[];
  readonly answer: FunnelAnswer;
  /** Where a step leads. */
  readonly hrefOf?: ((step: Match) => string) | undefined;
}

/**
 * A funnel as a shape: a bar for each step, as wide as those who came this far, and between
 * two of them how many went on, after how long, and how many were lost.
 */
export const FunnelDrawing = ({ steps, answer, hrefOf }: Props) => {
  const first = answer.steps[0]?.visitors ?? 0;
  return (
    <ol class="funnel">
      {answer.steps.map((step, index) => {
        const label = matchSentence(steps[index]!);
        const next = answer.steps[index + 1];
        return (
          <li>
            <div class="funnel-step">
              <span class="what">
                <span class="place num">{index + 1}</span>
                {hrefOf === undefined ? (
                  <b>{label}</b>
                ) : (
                  <a href={hrefOf(steps[index]!)}>
                    <b>{label}</b>
                  </a>
                )}
              </span>
              <Shape from={widthOf(step, first)} to={widthOf(step, first)} kind="bar" />
              <span class="right num">
                <b>{count(step.visitors)}</b>{" "}
                <span class="muted">{percent(first === 0 ? null : step.visitors / first)}</span>
              </span>
            </div>
            {next && <Between step={step} next={next} first={first} />}
          </li>
        );
      })}
    </ol>
  );
};

const Between = ({ step, next, first }: { step: FunnelStep; next: FunnelStep; first: number }) => {
  const lost = step.visitors - next.visitors;
  return (
    <div class="funnel-step between">
      <span class="muted small">
        {next.medianMs === null
          ? ""
          : `half of them within ${lasting(next.medianMs)}, ${lasting(next.averageMs)} on average`}
      </span>
      <Shape from={widthOf(step, first)} to={widthOf(next, first)} kind="slope" />
      <span class="right small num">
        <span>{percent(step.visitors === 0 ? null : next.visitors / step.visitors)} went on</span>
        <span class={lost > 0 ? "lost" : "muted"}>
          {lost === 0 ? "nobody was lost" : `${plural(lost, "visitor")} lost`}
        </span>
      </span>
    </div>
  );
};

/** A trace is drawn too, or the last step of most funnels would be none. */
const widthOf = ({ visitors }: FunnelStep, first: number) =>
  first === 0 || visitors === 0 ? 0 : Math.max(0.4, (visitors / first) * 100);

const Shape = ({ from, to, kind }: { from: number; to: number; kind: "bar" | "slope" }) => (
  <svg class={kind} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="room" width="100" height="10" />
    <polygon points={`0,0 ${from},0 ${to},10 0,10`} />
  </svg>
);

interface BreakdownProps {
  readonly label: string;
  readonly steps: readonly Match[];
  readonly answer: FunnelAnswer;
  readonly nameOf: (key: string) => string;
  /** Where a group leads. */
  readonly hrefOf: (key: string) => string;
}

/** The same funnel for each value of a dimension. */
export const FunnelBreakdown = ({ label, steps, answer, nameOf, hrefOf }: BreakdownProps) => (
  <table class="breakdown">
    <thead>
      <tr>
        <th scope="col">{label}</th>
        {steps.map((step, index) => (
          <th scope="col" class="right" title={matchSentence(step)}>
            {index + 1}. {matchSentence(step)}
          </th>
        ))}
        <th scope="col" class="right">
          All the way
        </th>
      </tr>
    </thead>
    <tbody>
      {answer.groups.map(({ key, visitors }) => (
        <tr>
          <th scope="row">
            <a href={hrefOf(key)}>{nameOf(key)}</a>
          </th>
          {visitors.map((figure) => (
            <td class="num right">
              {count(figure)}{" "}
              <span class="muted small">{percent(visitors[0] ? figure / visitors[0] : null)}</span>
            </td>
          ))}
          <td class="num right">
            <b>{percent(visitors[0] ? visitors.at(-1)! / visitors[0] : null)}</b>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

import { Waiting as WaitingPart } from "./part.tsx";

interface Props {
  /** How many lines will stand there. */
  readonly lines?: number;
  readonly label: string;
}

interface ComingProps extends Props {
  /** Unique on the page. */
  readonly id: string;
  readonly url: string;
  readonly class?: string;
}

/** A part that comes by itself and takes the place of this one, which holds its room. */
export const Coming = ({ id, url, lines = 3, label, class: name = "" }: ComingProps) => (
  <WaitingPart id={id} url={url} class={`${name} waiting`.trim()} label={label}>
    {Array.from({ length: lines }, () => (
      <span class="bone" />
    ))}
  </WaitingPart>
);

/** Holds the room of a part that is on its way, so that nothing moves when it comes. */
export const Waiting = ({ lines = 3, label }: Props) => (
  <div class="waiting" aria-busy="true">
    <span class="unseen">{label}</span>
    {Array.from({ length: lines }, () => (
      <span class="bone" />
    ))}
  </div>
);

/** A part that failed says so by itself; the others stand. */
export const FailedPart = ({ message, retry }: { message: string; retry: string }) => (
  <div class="failed" role="alert">
    <p>{message}</p>
    <button
      class="btn"
      type="button"
      hx-get={retry}
      hx-target="closest .failed"
      hx-swap="outerHTML"
    >
      Try again
    </button>
  </div>
);

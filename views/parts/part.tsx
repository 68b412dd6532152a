import type { ComponentChildren } from "preact";

interface WaitingProps {
  readonly id: string;
  /** Where the part comes from; it takes the place of this one. */
  readonly url: string;
  readonly class: string;
  /** What is being waited for, for who cannot see it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** The place of a part that comes by itself, as large as it will be. */
export const Waiting = ({ id, url, class: name, label, children }: WaitingProps) => (
  <div
    id={id}
    class={`${name} part`}
    hx-get={url}
    hx-trigger="load"
    hx-swap="outerHTML"
    aria-busy="true"
    aria-label={label}
    role="group"
  >
    {children}
    <PartFailure id={id} url={url} class="part-lost">
      This did not come: the connection may be gone.
    </PartFailure>
  </div>
);

interface FailureProps {
  readonly id: string;
  readonly url: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** What is wrong with one part while the others stand, and what to do. */
export const PartFailure = ({ id, url, class: name, children }: FailureProps) => (
  <div class={name ? `part-failure ${name}` : "part-failure"}>
    <p>{children}</p>
    <button class="btn" hx-get={url} hx-target={`#${id}`} hx-swap="outerHTML">
      Try again
    </button>
  </div>
);

/** Rows that are not there yet. */
export const SkeletonRows = ({ rows }: { rows: number }) => (
  <ol aria-hidden="true">
    {Array.from({ length: rows }, (_, index) => (
      <li class="bar-row skeleton">
        <svg>
          <rect width={`${90 - index * 9}%`} height="100%" rx="6" />
        </svg>
        <span class="cut">&nbsp;</span>
      </li>
    ))}
  </ol>
);

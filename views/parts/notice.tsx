import type { ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
  readonly bad?: boolean;
  /** Where a `POST` takes back what was just done. */
  readonly undo?: string;
}

/** What happened, said once at the top of the page, with the way back. */
export const Notice = ({ children, bad = false, undo }: Props) => (
  <div class={bad ? "notice bad" : "notice"} role={bad ? "alert" : "status"}>
    <span>{children}</span>
    {undo && (
      <form method="post" action={undo}>
        <button class="btn">Undo</button>
      </form>
    )}
  </div>
);

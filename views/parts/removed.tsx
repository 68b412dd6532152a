import { plural } from "./text.ts";

interface Props {
  /** What they are, in the singular. */
  readonly what: string;
  readonly items: readonly { readonly name: string; readonly restore: string }[];
}

/** What was removed, and the way back: the notice that offers it is soon gone. */
export const Removed = ({ what, items }: Props) =>
  items.length === 0 ? null : (
    <details>
      <summary>{plural(items.length, `removed ${what}`)}</summary>
      <ul class="plain">
        {items.map(({ name, restore }) => (
          <li>
            <form class="row-of" method="post" action={restore}>
              <span>{name}</span>
              <button class="btn">Bring it back</button>
            </form>
          </li>
        ))}
      </ul>
    </details>
  );

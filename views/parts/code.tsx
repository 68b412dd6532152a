import type { ComponentChildren } from "preact";

/** Code to copy. @param id Unique on the page: the button finds the text by it. */
export const Code = ({ id, text }: { id: string; text: ComponentChildren }) => (
  <div class="code">
    <pre tabindex={0}>
      <code id={id}>{text}</code>
    </pre>
    <button type="button" class="btn" data-copy={id}>
      Copy
    </button>
  </div>
);

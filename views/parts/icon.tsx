import { h } from "preact";
import { ICONS } from "./icons.ts";

export type IconName = keyof typeof ICONS;

/** A picture beside words; never alone, so that nobody has to guess. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {ICONS[name].map(([tag, attributes]) => h(tag, attributes))}
  </svg>
);

/** The mark of the product. */
export const Mark = () => (
  <svg width="18" height="18" viewBox="0 0 18 18" fill="currentColor" aria-hidden="true">
    <rect x="1" y="10" width="4" height="7" rx="2" />
    <rect x="7" y="5" width="4" height="12" rx="2" />
    <rect x="13" y="1" width="4" height="16" rx="2" />
  </svg>
);

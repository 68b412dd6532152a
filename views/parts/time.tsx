import { dateFormat } from "../../src/lib/date-format.ts";

interface Props {
  /** Epoch ms. */
  readonly at: number;
  readonly zone: string;
  readonly style?: "short" | "long" | "clock";
}

const STYLES = {
  short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  long: { dateStyle: "medium", timeStyle: "short" },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
} as const;

/** A moment in the viewer's zone. */
export const Time = ({ at, zone, style = "short" }: Props) => (
  <time datetime={new Date(at).toISOString()} class="num">
    {dateFormat(zone, STYLES[style]).format(at)}
  </time>
);

import { Refusal } from "../../lib/errors.ts";
import type { StepKind } from "./step.ts";

const MINUTE_MS = 60_000;
const LONGEST_MS = 366 * 24 * 60 * MINUTE_MS;

/** Holds the run for a time, counted from when it entered the step. */
export const wait: StepKind<{ ms: number }> = {
  name: "wait",
  label: "Wait",
  fresh: { ms: 60 * MINUTE_MS },

  parse({ ms }) {
    if (typeof ms === "number" && ms >= 1000 && ms <= LONGEST_MS) return { ms };
    throw new Refusal("invalid", "Wait: enter a time from 1 second to 366 days");
  },

  problems: () => [],

  run({ ms }, { run, now }) {
    const until = run.enteredAt + ms;
    return now >= until ? { outcome: "done" } : { outcome: "wait", until };
  },
};

import { readFileSync } from "node:fs";

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measured on the reference, in the same run. */
  readonly reference?: number;
  readonly connections?: number;
  /** Events in the store. */
  readonly millions?: number;
  readonly while?: string;
  /** What came before. */
  readonly after?: string;
  /** How long that was measured. */
  readonly seconds?: number;
}

/** Prints a figure with its ratio to the reference. */
export function print({ name, value, unit, reference, ...more }: Figure): void {
  const round = (figure: number) => Number(figure.toPrecision(4));
  console.log(
    JSON.stringify({
      name,
      value: round(value),
      unit,
      ...(reference !== undefined && {
        reference: round(reference),
        ratio: round(value / reference),
      }),
      ...more,
    }),
  );
}

/** The most memory a process ever held. */
export function rssMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
}

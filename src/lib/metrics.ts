/** Counts that a monitoring system reads. */
export interface Metrics {
  add(name: string, by?: number): void;
  /** What was added so far. */
  count(name: string): number;
  /** All counts, and what the gauges say now, in the Prometheus text format. */
  text(): string;
}

export interface Metric {
  readonly help: string;
  /** Read when asked; without one the metric is a counter. */
  readonly gauge?: () => number;
}

/**
 * Makes the metrics of a process.
 *
 * @param known By name; to ask for another, or add to it, is a bug.
 * @see Prometheus exposition formats, text-based format.
 */
export function createMetrics<Name extends string>(known: Readonly<Record<Name, Metric>>): Metrics {
  const counts = new Map<string, number>();
  const count = (name: string): number => {
    if (!(name in known)) throw new TypeError(`There is no metric ${name}`);
    return counts.get(name) ?? 0;
  };
  return {
    add: (name, by = 1) => void counts.set(name, count(name) + by),
    count,
    text() {
      const lines = Object.entries<Metric>(known).flatMap(([name, { help, gauge }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${gauge ? "gauge" : "counter"}`,
        `${name} ${gauge ? gauge() : count(name)}`,
      ]);
      return `${lines.join("\n")}\n`;
    },
  };
}

/** Counts that a monitoring system reads. */
export interface Metrics {
  add(name: string, by?: number): void;
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
 * @param known By name; adding to another is a bug.
 * @see Prometheus exposition formats, text-based format.
 */
export function createMetrics<Name extends string>(known: Readonly<Record<Name, Metric>>): Metrics {
  const counts = new Map<string, number>();
  return {
    add(name, by = 1) {
      if (!(name in known)) throw new TypeError(`There is no metric ${name}`);
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    text() {
      const lines = Object.entries<Metric>(known).flatMap(([name, { help, gauge }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${gauge ? "gauge" : "counter"}`,
        `${name} ${gauge ? gauge() : (counts.get(name) ?? 0)}`,
      ]);
      return `${lines.join("\n")}\n`;
    },
  };
}

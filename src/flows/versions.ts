import type { Connection } from "../store/connection.ts";
import { parseFlow, type FlowDefinition } from "./flow.ts";

/** Published versions, read once: they never change. */
export interface Versions {
  get(connection: Connection, id: number): FlowDefinition;
}

/** Far more than are in use at once; the texts of a version may have 50 KB. */
const MOST_KEPT = 200;

/** A run that advances needs its version each time; parsing it would be most of the work. */
export function createVersions(): Versions {
  const kept = new Map<number, FlowDefinition>();
  return {
    get(connection, id) {
      const known = kept.get(id);
      if (known) return known;
      const row = connection
        .prepare("select definition from flow_versions where id = ?")
        .get([id]) as { definition: string };
      const flow = parseFlow(JSON.parse(row.definition));
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(id, flow);
      return flow;
    },
  };
}

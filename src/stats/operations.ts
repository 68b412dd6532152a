import { figures } from "./figures.ts";
import { funnel } from "./funnel.ts";
import { occurrences } from "./occurrences.ts";
import { properties } from "./properties.ts";
import { retention } from "./retention.ts";

/** All that can be asked, by name. */
export const OPERATIONS = { figures, funnel, retention, occurrences, properties };

export type OperationName = keyof typeof OPERATIONS;

import { backup, check } from "./backup.ts";
import type { Command } from "./command.ts";
import { exportEvents } from "./export-events.ts";
import { siteAdd } from "./site.ts";
import { userAdd } from "./user.ts";

/** The commands that work on the data. */
export const COMMANDS: readonly Command[] = [userAdd, siteAdd, backup, check, exportEvents];

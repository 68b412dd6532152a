import { eq } from "drizzle-orm";
import type { Store } from "./connection.ts";
import { settings } from "./schema.ts";

/** Reads a setting that is kept in the database; `undefined` if it was never set. */
export async function readSetting(store: Store, key: string): Promise<unknown> {
  const [row] = await store.select().from(settings).where(eq(settings.key, key));
  return row && (JSON.parse(row.value) as unknown);
}

/** Keeps a setting; secrets must be sealed by the caller. */
export async function keepSetting(tx: Store, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await tx
    .insert(settings)
    .values({ key, value: text })
    .onConflictDoUpdate({ target: settings.key, set: { value: text } });
}

import { randomBytes } from "node:crypto";
import type { SecretBox } from "../../lib/secret-box.ts";
import type { Store } from "../../store/connection.ts";
import type { Write } from "../../store/writer.ts";
import { keepSetting, readSetting } from "../../store/settings.ts";

const KEY = "webhook-secret";

/**
 * Reads the secret that webhooks are signed with, making it at the first start, and anew where a
 * restore came without the installation's key.
 *
 * @returns `whsec_` and 32 bytes in base64, as Standard Webhooks has it.
 */
export async function readWebhookSecret(
  store: Store,
  write: Write,
  box: SecretBox,
): Promise<string> {
  const sealed = await readSetting(store, KEY);
  const opened = typeof sealed === "string" ? box.open(sealed) : undefined;
  if (opened !== undefined) return opened;
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  await write((tx) => keepSetting(tx, KEY, box.seal(secret)));
  return secret;
}

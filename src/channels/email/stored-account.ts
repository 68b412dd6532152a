import type { SecretBox } from "../../lib/secret-box.ts";
import type { Store } from "../../store/connection.ts";
import { keepSetting, readSetting } from "../../store/settings.ts";
import { parseSmtpUrl, type EmailAccount } from "./account.ts";

/** The mail server in use: from the environment, or as set in the admin. */
export interface MailAccount {
  current(): EmailAccount | undefined;
  /** Whether the environment sets it, so that the admin cannot. */
  readonly isFixed: boolean;
  reload(): Promise<void>;
  keep(tx: Store, account: EmailAccount): Promise<void>;
}

const KEY = "email";

/** @throws {Refusal} `invalid`, if the address in the environment is none. */
export function createMailAccount(
  smtpUrl: string | undefined,
  store: Store,
  box: SecretBox,
): MailAccount {
  let account = smtpUrl === undefined ? undefined : parseSmtpUrl(smtpUrl);
  return {
    current: () => account,
    isFixed: smtpUrl !== undefined,
    async reload() {
      if (smtpUrl !== undefined) return;
      const stored = (await readSetting(store, KEY)) as EmailAccount | undefined;
      account = stored && { ...stored, password: box.open(stored.password) ?? "" };
    },
    async keep(tx, changed) {
      const password = changed.password && box.seal(changed.password);
      await keepSetting(tx, KEY, { ...changed, password });
    },
  };
}

import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { copyDatabase, findDamage } from "./backup.ts";
import { connect } from "./connection.ts";
import { DATABASE_FILE } from "./open.ts";
import { keepSecret, unwrapSecret, wrapSecret } from "./secret.ts";

/**
 * Writes a backup: one file with all data and, wrapped by a passphrase, the installation's key.
 *
 * Reads only, so it may run in a process of its own beside a server. The copy appears under
 * its name only when it is whole. Without a passphrase the key stays out, and what it seals (the password
 * of the mail server, the secrets of `identify`) must be entered anew after a restore.
 */
export function backUp(
  path: string,
  target: string,
  secret: string,
  passphrase: string | undefined,
): void {
  if (existsSync(target)) {
    throw new Refusal("conflict", `${target} exists: choose a new name for the backup`);
  }
  const growing = `${target}.part`;
  rmSync(growing, { force: true });
  try {
    copyDatabase(path, growing);
    const copy = connect(growing);
    copy.database.exec("pragma journal_mode = delete");
    copy.database.exec("create table if not exists backup_key (wrapped text not null) strict");
    copy.database.exec("delete from backup_key");
    if (passphrase) {
      copy
        .prepare("insert into backup_key (wrapped) values (?)")
        .run([wrapSecret(secret, passphrase)]);
    }
    copy.close();
    renameSync(growing, target);
  } catch (error) {
    rmSync(growing, { force: true });
    throw error;
  }
}

/**
 * Brings a backup back into an empty data directory.
 *
 * @throws {Refusal} `conflict`, if the directory holds data; `denied`, if the passphrase is
 *   wrong; `invalid`, if the file is damaged. Nothing is left half done.
 */
export function restore(file: string, directory: string, passphrase: string | undefined): string {
  if (!existsSync(file)) throw new Refusal("missing", `There is no file ${file}`);
  const target = join(directory, DATABASE_FILE);
  if (existsSync(target)) {
    throw new Refusal(
      "conflict",
      `${directory} holds data already: restore into an empty directory (FOOTFALL_DATA)`,
    );
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const growing = `${target}.part`;
  try {
    copyFileSync(file, growing);
    const secret = takeKey(growing, passphrase);
    const damage = findDamage(growing);
    if (damage.length > 0) {
      throw new Refusal("invalid", `The backup is damaged: ${damage.slice(0, 3).join("; ")}`);
    }
    if (secret !== undefined) keepSecret(directory, secret);
    renameSync(growing, target);
    return secret === undefined
      ? "Restored, without the installation's key: enter the secrets anew in the settings"
      : "Restored, with the installation's key";
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${growing}${end}`, { force: true });
  }
}

function takeKey(path: string, passphrase: string | undefined): string | undefined {
  const connection = connect(path);
  try {
    const wrapped = readWrapped(connection);
    if (wrapped === undefined) return undefined;
    if (passphrase === undefined) {
      throw new Refusal(
        "denied",
        "This backup holds the installation's key: give its passphrase with --passphrase-file FILE",
      );
    }
    const secret = unwrapSecret(wrapped, passphrase);
    connection.database.exec("drop table backup_key");
    return secret;
  } finally {
    connection.close();
  }
}

function readWrapped({ database }: ReturnType<typeof connect>): string | undefined {
  const table = database
    .prepare("select name from sqlite_master where name in ('backup_key', 'sites')")
    .all() as { name: string }[];
  if (!table.some(({ name }) => name === "sites")) {
    throw new Refusal("invalid", "This file is not a backup of Footfall");
  }
  if (!table.some(({ name }) => name === "backup_key")) return undefined;
  const row = database.prepare("select wrapped from backup_key").get() as
    { wrapped: string } | undefined;
  return row?.wrapped;
}

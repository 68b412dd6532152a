import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { copyDatabase, findDamage } from "./backup.ts";
import { connect } from "./connection.ts";
import { asRefusal } from "./fault.ts";
import { lockDirectory } from "./lock.ts";
import { DATABASE_FILE } from "./open.ts";
import { forgetKeyCheck } from "./key.ts";
import { keepSecret, makeSecret, removeSecret, unwrapSecret, wrapSecret } from "./secret.ts";

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
  removeFile(growing);
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
    removeFile(growing);
    throw asRefusal(error, `The backup ${target} was not written`);
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
  refuseData(directory);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asRefusal(error, `Cannot make ${directory}`);
  }
  const lock = lockDirectory(directory);
  const growing = `${target}.part`;
  try {
    copyFileSync(file, growing);
    const secret = takeKey(growing, passphrase);
    const damage = findDamage(growing);
    if (damage.length > 0) {
      throw new Refusal("invalid", `The backup is damaged: ${damage.slice(0, 3).join("; ")}`);
    }
    // A database without its key gets a new one: what the old one sealed is entered anew.
    keepSecret(directory, secret ?? makeSecret());
    renameSync(growing, target);
    return secret === undefined
      ? "Restored, without the installation's key: enter the secrets anew in the settings"
      : "Restored, with the installation's key";
  } catch (error) {
    removeSecret(directory);
    throw asRefusal(error, `${file} cannot be restored`);
  } finally {
    lock.release();
    removeFile(growing);
  }
}

/** A database with what lies beside it while it is open. */
function removeFile(path: string): void {
  for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${path}${end}`, { force: true });
}

/**
 * Refuses a directory with anything of an installation in it.
 *
 * A write-ahead log that is left of another database would be played into the restored one; a
 * key of another installation would seem to be this one's.
 */
function refuseData(directory: string): void {
  const names = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, "secret"];
  const found = names.find((name) => existsSync(join(directory, name)));
  if (found === undefined) return;
  throw new Refusal(
    "conflict",
    `${directory} holds ${found}: restore into an empty directory (FOOTFALL_DATA), or move what is there away`,
  );
}

function takeKey(path: string, passphrase: string | undefined): string | undefined {
  const connection = connect(path);
  try {
    // What is changed here must be in the file itself: it goes to its place without a log.
    connection.database.exec("pragma journal_mode = delete");
    const wrapped = readWrapped(connection);
    if (wrapped === undefined) {
      forgetKeyCheck(connection);
      return undefined;
    }
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

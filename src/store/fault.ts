import { Refusal } from "../lib/errors.ts";

interface StoreError {
  readonly code?: unknown;
  readonly message?: unknown;
}

/**
 * What is wrong with the disk or the file, in words for an operator.
 *
 * @returns `undefined` if the error is something else: then it is a bug.
 */
export function storeFault(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, message } = error as StoreError;
  const text = `${String(code)} ${String(message)}`;
  if (/\b(?:SQLITE_FULL|ENOSPC)\b|disk is full/.test(text)) return "The disk is full";
  if (/\bSQLITE_CORRUPT|disk image is malformed/.test(text)) return "The database file is damaged";
  if (/\bSQLITE_NOTADB\b|file is not a database/.test(text))
    return "The file is no database of Footfall";
  if (/\bSQLITE_READONLY|\bEROFS\b|readonly database/.test(text)) {
    return "The database cannot be written: it, or its directory, is read-only";
  }
  if (/\b(?:EACCES|EPERM|SQLITE_PERM)\b/.test(text)) return "Permission denied";
  if (/\bSQLITE_CANTOPEN|\bENOENT\b|\bEISDIR\b|unable to open database/.test(text))
    return "The file cannot be opened";
  if (/\bSQLITE_IOERR|\bEIO\b/.test(text)) return "The disk does not answer as it should";
  return undefined;
}

/** Turns a fault of disk or file into a refusal; anything else rises as it is. */
export function asRefusal(error: unknown, doing: string): unknown {
  const fault = error instanceof Refusal ? undefined : storeFault(error);
  if (fault === undefined) return error;
  return new Refusal("unavailable", `${doing}: ${fault[0]!.toLowerCase()}${fault.slice(1)}`, {
    cause: error,
  });
}

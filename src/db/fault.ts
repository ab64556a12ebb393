/** What PostgreSQL refuses becomes the fault that whoever runs the service can mend, and should hear by its own name. */
import { DomainError, type ErrorCode } from '../model/errors.ts';

/** SQLSTATE: disk_full, read_only_sql_transaction, too_many_connections (also of a role, and of those kept for superusers). */
const codes: Record<string, ErrorCode> = {
  '53100': 'database-full',
  '25006': 'database-read-only',
  '53300': 'database-crowded',
};

/** Undefined for any other error. */
export function databaseFault(error: unknown): DomainError | undefined {
  const { code = '', message = code } = (error ?? {}) as { code?: string; message?: string };
  const known = codes[code];
  return known && new DomainError(known, `PostgreSQL says: ${message}.`, { cause: error });
}

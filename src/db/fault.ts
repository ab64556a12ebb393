/** What PostgreSQL refuses becomes the fault that whoever runs the service can mend, and should hear by its own name. */
import { DomainError, type ErrorCode } from '../model/errors.ts';

/** SQLSTATE: disk_full, read_only_sql_transaction, too_many_connections (also of a role, and of those kept for superusers), query_canceled. */
const codes: Record<string, ErrorCode> = {
  '53100': 'database-full',
  '25006': 'database-read-only',
  '53300': 'database-crowded',
  '57014': 'database-slow',
};

/** The pool's own words, which has no code for it: every connection stayed with what others asked. */
const poolBusy = 'timeout exceeded when trying to connect';

/** SQLSTATE of a server that goes down or comes up, and what a socket says that leads to none. */
const unreachable =
  /^(57P0[123]|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const connectionLost = /^(Connection terminated|The connection fell silent)/;

/** Undefined for any other error. */
export function databaseFault(error: unknown): DomainError | undefined {
  const { code = '', message = code } = (error ?? {}) as { code?: string; message?: string };
  const known = codes[code];
  if (known) return new DomainError(known, `PostgreSQL says: ${message}.`, { cause: error });
  if (message === poolBusy)
    return new DomainError('database-slow', 'All connections to PostgreSQL are busy with other requests.', {
      cause: error,
    });
  return undefined;
}

/**
 * The same, and that no connection stands. Only where nothing else is asked over the network: other services end sockets with the
 * same words. The driver's, which name hosts, stay with the cause.
 */
export function connectionFault(error: unknown): DomainError | undefined {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (!unreachable.test(code) && !connectionLost.test(message)) return databaseFault(error);
  return new DomainError('database-unreachable', 'There is no connection to PostgreSQL.', { cause: error });
}

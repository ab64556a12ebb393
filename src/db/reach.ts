/** The first word with a database: does it answer, and is it new enough; else a reason without the password. */
import sql from 'sql-template-tag';
import { DomainError } from '../model/errors.ts';
import type { Db } from './connect.ts';

/** `merge ... when not matched by source` came with 17. */
const oldestVersion = 17;

/** @throws DomainError `config-invalid` when the server does not answer, refuses the login or is too old. */
export async function checkReachable(db: Db): Promise<void> {
  const { host, pathname } = new URL(db.url);
  const place = `PostgreSQL at ${host}${pathname}`;
  const [server] = await db
    .query<{ version: number }>(sql`/* reach.version */ select current_setting('server_version_num')::int as version`)
    .catch((cause: Error & { errors?: Error[] }) => {
      // A refused connection to a name with several addresses is an AggregateError with an empty message.
      const why = cause.message || cause.errors?.[0]?.message || String(cause);
      throw new DomainError('config-invalid', `${place} cannot be used (DATABASE_URL): ${why}.`, { cause });
    });
  const major = Math.floor(server!.version / 10_000);
  if (major < oldestVersion) {
    throw new DomainError('config-invalid', `${place} is version ${major}; ${oldestVersion} or newer is needed.`);
  }
}

/** The first word with a database: does it answer, and is it new enough; else a reason without the password. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { certificateFault } from '../model/certificate-fault.ts';
import { DomainError } from '../model/errors.ts';
import type { Db } from './connect.ts';
import { databaseFault } from './fault.ts';

/** `merge ... when not matched by source` came with 17. */
const oldestVersion = 17;

/** Milliseconds a crowded server is asked again for, and between two tries: others that start or end let connections go. */
const patience = 60_000;
const pause = 2_000;

/**
 * @throws DomainError `config-invalid` when the server does not answer, refuses the login or is too old; `database-crowded`
 * when it has no connection left for a minute.
 */
export async function checkReachable(db: Db, onCrowded: (fault: DomainError) => void = () => {}): Promise<void> {
  for (const end = Date.now() + patience; ; await sleep(pause)) {
    try {
      return await check(db);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'database-crowded' || Date.now() > end) throw error;
      onCrowded(error);
    }
  }
}

async function check(db: Db): Promise<void> {
  const { host, pathname } = new URL(db.url);
  const place = `PostgreSQL at ${host}${pathname}`;
  const [server] = await db
    .query<{ version: number }>(sql`/* reach.version */ select current_setting('server_version_num')::int as version`)
    .catch((cause: Error & { errors?: Error[] }) => {
      const crowded = databaseFault(cause);
      if (crowded?.code === 'database-crowded') throw crowded;
      const untrusted = certificateFault(cause);
      if (untrusted) {
        const advice = 'Name the certificate of its authority by sslrootcert, and the host as the certificate does';
        throw new DomainError('config-invalid', `${place}: ${untrusted}. ${advice} (DATABASE_URL).`, { cause });
      }
      // A refused connection to a name with several addresses is an AggregateError with an empty message.
      const why = cause.message || cause.errors?.[0]?.message || String(cause);
      throw new DomainError('config-invalid', `${place} cannot be used (DATABASE_URL): ${why}.`, { cause });
    });
  const major = Math.floor(server!.version / 10_000);
  if (major < oldestVersion) {
    throw new DomainError('config-invalid', `${place} is version ${major}; ${oldestVersion} or newer is needed.`);
  }
}

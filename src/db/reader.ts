/** A server becomes one that has the role of those who read the published view. */
import sql, { raw } from 'sql-template-tag';
import { DomainError } from '../model/errors.ts';
import type { Queryable } from './connect.ts';

const readerRole = 'assay_reader';

/**
 * A role belongs to the whole server, not to the database: a dump does not carry it, and another database may make it at
 * the same moment.
 * @throws DomainError `config-invalid` when it is missing and may not be made.
 */
export async function ensureReader(tx: Queryable): Promise<void> {
  const [row] = await tx.query<{ found: boolean; may: boolean; name: string }>(sql`/* reader.role */
    select current_user as name, exists (select from pg_roles where rolname = ${readerRole}) as found,
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may`);
  if (row!.found) return;
  // Asked first: `create role` would answer a bare "permission denied".
  if (!row!.may) {
    throw new DomainError(
      'config-invalid',
      `The role ${row!.name} of DATABASE_URL may not create roles, and ${readerRole}, whom the published view is granted ` +
        `to, does not exist. Either \`alter role ${row!.name} createrole\`, or have an administrator run ` +
        `\`create role ${readerRole} nologin\` once.`,
    );
  }
  await tx.query(
    raw(`/* reader.make */ do $$ begin create role ${readerRole} nologin;
      exception when duplicate_object or unique_violation then null; end $$`),
  );
}

/** A server and its database become ones that have the role of readers, with its rights on the published view. */
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

/**
 * Grants what the reader lacks on the published schemas and on our tables and views in them; a dump restored where the role
 * was missing has lost all of it. Only what is lacking: two processes that grant the same at once would disturb each other.
 */
export async function grantReading(tx: Queryable): Promise<void> {
  const lacking = await tx.query<{ grant: string }>(sql`/* reader.lacking */
    with published as (select oid, nspname from pg_namespace where nspname in ('unified', 'salesops', 'revops'))
    select format('grant usage on schema %I to %I', nspname, ${readerRole}::text) as grant
    from published where not has_schema_privilege(${readerRole}, oid, 'usage')
    union all
    select format('grant select on %s to %I', string_agg(format('%I.%I', nspname, relname), ', '), ${readerRole}::text)
    from pg_class c join published p on p.oid = c.relnamespace
    where relkind in ('r', 'p', 'v', 'm') and pg_has_role(relowner, 'usage')
      and not has_table_privilege(${readerRole}, c.oid, 'select')
    having count(*) > 0`);
  for (const { grant } of lacking) await tx.query(raw(`/* reader.grant */ ${grant}`));
}

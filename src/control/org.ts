/** The org behind a connection becomes a part of it: its first sync binds it, and another org is refused from then on. */
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { SourceOrg } from '../model/source.ts';

type Bound = { name: string; orgId: string | null; orgName: string | null; boundAt: Date | null };

/**
 * Keeps who the org is. `by` a sync the org is bound to the connection; a test before that replaces what an earlier test kept.
 * @throws DomainError `salesforce-org-changed` when the connection is bound to another org, `salesforce-org-known` when
 * another connection has this one.
 */
export async function bindOrg(db: Db, connectionId: string, org: SourceOrg, by: 'sync' | 'test'): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(sql`/* org.hold */ select from control.connection where id = ${connectionId} for update`);
    await checkOrg(tx, connectionId, org);
    try {
      await tx.query(sql`/* org.bind */ update control.connection set org_id = ${org.orgId},
        org_name = coalesce(${org.name}, org_name), instance_name = coalesce(${org.instanceName}, instance_name),
        is_sandbox = coalesce(${org.isSandbox}, is_sandbox), instance_url = ${org.instanceUrl},
        bound_at = coalesce(bound_at, ${by === 'sync' ? new Date() : null}) where id = ${connectionId}`);
    } catch (cause) {
      // 23505 unique_violation: two connections of one org at the same moment.
      if ((cause as { code?: string }).code !== '23505') throw cause;
      throw known(org, 'another connection');
    }
  });
}

/** The same questions, nothing kept. @throws as bindOrg. */
export async function checkOrg(db: Queryable, connectionId: string, org: SourceOrg): Promise<void> {
  const [bound] = await db.query<Bound>(sql`/* org.bound */ select name, org_id as "orgId", org_name as "orgName",
    bound_at as "boundAt" from control.connection where id = ${connectionId}`);
  if (bound?.boundAt && bound.orgId !== null && bound.orgId !== org.orgId) {
    throw new DomainError(
      'salesforce-org-changed',
      `The connection "${bound.name}" holds records of the org ${called(bound.orgId, bound.orgName)}. ` +
        `Its login leads to the org ${called(org.orgId, org.name)} at ${org.instanceUrl}. Nothing was read from it.`,
    );
  }
  const [other] = await db.query<{ id: string; name: string }>(sql`/* org.other */ select id, name
    from control.connection where org_id = ${org.orgId} and id <> ${connectionId}`);
  if (other) throw known(org, `the connection "${other.name}" (${other.id})`);
}

const known = (org: SourceOrg, holder: string) =>
  new DomainError(
    'salesforce-org-known',
    `The org ${called(org.orgId, org.name)} at ${org.instanceUrl} belongs to ${holder}. Two would count its records twice.`,
  );

const called = (id: string, name: string | null) => (name === null ? id : `"${name}" (${id})`);

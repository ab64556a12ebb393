/** What one user and those who report to them have to fix: no other owner's records, and no value of any record. */
import type { Promised } from '../model/fix.ts';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import type { Definitions } from '../model/definitions.ts';
import { knownRules } from '../quality/in-force.ts';

export type TeamMember = {
  id: string;
  name: string | null;
  isSelf: boolean;
  count: number;
  rules: { title: string; advice: string; count: number }[];
  /** First those whose repair moves most money. */
  first: { recordId: string; url: string | null; title: string; promised: Promised | null }[];
};
export type Team = { orgName: string; members: TeamMember[] };

const shown = 10;

/** Null when the user is no more, or not active: a link does not outlive the job. */
export async function teamOf(
  db: Queryable,
  definitions: Definitions,
  { connectionId, userId }: { connectionId: string; userId: string },
): Promise<Team | null> {
  if (!(await tableExists(db, 'standard', 'user'))) return null;
  type Person = { id: string; name: string | null };
  const people = await db.query<Person>(sql`/* team.people */ select u.id, u.name
    from standard."user" u join standard."user" me on me.connection_id = u.connection_id and me.id = ${userId}
    where u.connection_id = ${connectionId} and me.is_active and me.is_deleted is not true
      and u.is_deleted is not true and (u.id = ${userId} or u.manager_id = ${userId})
    order by u.id <> ${userId}, u.name, u.id`);
  if (people.length === 0) return null;
  const ids = people.map(({ id }) => id);
  type Count = { owner: string; rule: string; count: number };
  const counts =
    await db.query<Count>(sql`/* team.counts */ select owner_id as owner, rule_id as rule, count(*)::int as count
    from quality.finding where connection_id = ${connectionId} and owner_id = any (${ids}::text[]) and closed_at is null and not is_waived
    group by 1, 2 order by 3 desc, 2`);
  type First = { owner: string; recordId: string; rule: string; promised: Promised | null };
  const first = await db.query<First>(sql`/* team.first */ select owner, "recordId", rule, promised from (
      select f.owner_id as owner, f.record_id as "recordId", f.rule_id as rule,
        case when p.kind is not null then jsonb_build_object('kind', p.kind, 'bookings', p.bookings, 'openPipeline', p.open_pipeline) end as promised,
        row_number() over (partition by f.owner_id order by p.amount desc nulls last, f.amount desc nulls last, f.severity, f.opened_at, f.id) as place
      from quality.finding f left join history.promise p using (connection_id, record_id, rule_id)
      where f.connection_id = ${connectionId} and f.owner_id = any (${ids}::text[]) and f.closed_at is null and not f.is_waived) f
    where place <= ${shown} order by owner, place`);
  const [org] = await db.query<{ name: string; url: string | null }>(sql`/* team.org */ select name, instance_url as url
    from control.connection where id = ${connectionId}`);
  const rules = new Map((await knownRules(db, definitions)).map(({ rule }) => [rule.id, rule]));
  const titleOf = (id: string) => rules.get(id)?.title ?? id;
  return {
    orgName: org?.name ?? connectionId,
    members: people.map(({ id, name }) => {
      const own = counts.filter(({ owner }) => owner === id);
      return {
        id,
        name,
        isSelf: id === userId,
        count: own.reduce((sum, { count }) => sum + count, 0),
        rules: own.map(({ rule, count }) => ({ title: titleOf(rule), advice: rules.get(rule)?.advice ?? '', count })),
        first: first
          .filter(({ owner }) => owner === id)
          .map(({ recordId, rule, promised }) => ({
            recordId,
            url: org?.url ? `${org.url}/${recordId}` : null,
            title: titleOf(rule),
            promised,
          })),
      };
    }),
  };
}

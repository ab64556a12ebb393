/** Drops become what a message says about them: causes that add up, what the violating records share, and samples. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { Context } from '../context.ts';
import { explain } from './explain.ts';
import type { Drop } from './judge.ts';
import { checksOf, type Measure } from './measure.ts';
import type { IncidentCause, IncidentView } from './message.ts';

/** Samples linked in a message. */
const sampleLimit = 5;

/** What an incident said before, and the run that opened it. */
export type Past = { causes: IncidentCause[]; openedRunId: string };

/**
 * `drops` of one object stand together; the first of them is explained for all. An object that this run did not score
 * keeps the causes it had before.
 */
export async function describe(
  tx: Queryable,
  context: Context,
  drops: Drop[],
  measures: ReadonlyMap<string, Measure[]>,
  state: IncidentView['state'],
  past: Past | null = null,
): Promise<IncidentView> {
  const causes: IncidentCause[] = [];
  const sampleIds: string[] = [];
  for (const [object, [headline]] of Map.groupBy(drops, (drop) => drop.object)) {
    const measured = measures.get(object);
    const own = measured
      ? await causesOf(tx, context, headline!)
      : (past?.causes ?? []).filter((cause) => cause.object === object);
    causes.push(...own);
    const worst = own[0];
    const runIds = [context.run.id, ...(past ? [past.openedRunId] : [])];
    if (worst && sampleIds.length < sampleLimit) sampleIds.push(...(await samplesOf(tx, context, worst, runIds)));
  }
  const [connection] = await tx.query<{ name: string; instance_url: string | null }>(sql`/* alert.connection */
    select name, instance_url from control.connection where id = ${context.run.connectionId}`);
  return {
    state,
    runId: context.run.id,
    orgName: connection?.name ?? context.run.connectionId,
    drops,
    causes,
    sampleIds: sampleIds.slice(0, sampleLimit),
    instanceUrl: connection?.instance_url ?? null,
  };
}

async function causesOf(tx: Queryable, context: Context, drop: Drop): Promise<IncidentCause[]> {
  const { run, definitions } = context;
  // The baseline of the headline is that of the causes, frozen on the day it fell: so they add up to it every night.
  const [now, ...then] = await checksOf(tx, drop.object, [run.id, ...drop.baselineRunIds]);
  const causes: IncidentCause[] = [];
  for (const cause of explain(drop.dimension, now!, then)) {
    const { title, advice } = definitions.rules.find((rule) => rule.id === cause.ruleId) ?? unknownRule(cause.ruleId);
    const origin = cause.contribution > 0 ? await originOf(tx, context, drop.object, cause.ruleId) : null;
    causes.push({ object: drop.object, ...cause, title, advice, origin });
  }
  return causes;
}

/** A rule that is no longer there speaks by its id. */
const unknownRule = (id: string) => ({ title: id, advice: 'The rule is no longer there; sync again.' });

/** Of the findings this run opened: how many are records new since the last run, and the user who made most of those. */
async function originOf(
  tx: Queryable,
  context: Context,
  object: string,
  ruleId: string,
): Promise<IncidentCause['origin']> {
  const { run, definitions } = context;
  const definition = definitions.objects.find(({ name }) => name === object);
  if (!definition) return null;
  const [row] = await tx.query<{
    opened: number;
    fresh: number;
    creator: string | null;
    by: number;
  }>(sql`/* alert.origin */
    with opened as (
      select r.created_by_id, not exists (select from quality.finding old
        where old.connection_id = f.connection_id and old.record_id = f.record_id and old.opened_run_id <> f.opened_run_id)
        and r.created_at > coalesce((select max(started_at) from control.run p
          where p.connection_id = ${run.connectionId} and p.id <> ${run.id} and p.finished_at is not null), '-infinity') as is_fresh
      from quality.finding f join ${identifier('standard', definition.table)} r on r.connection_id = f.connection_id and r.id = f.record_id
      where f.connection_id = ${run.connectionId} and f.rule_id = ${ruleId} and f.opened_run_id = ${run.id}
    ),
    creator as (select created_by_id, count(*)::int as by from opened where is_fresh and created_by_id is not null
      group by created_by_id order by by desc, created_by_id limit 1)
    select (select count(*)::int from opened) as opened, (select count(*)::int from opened where is_fresh) as fresh,
      (select created_by_id from creator) as creator, coalesce((select by from creator), 0) as by`);
  if (!row || row.fresh === 0) return null;
  // A user who made less than half of them explains nothing.
  const createdById = row.by * 2 >= row.fresh ? row.creator : null;
  const createdByName = createdById === null ? null : await integrationName(tx, context, createdById);
  return { newCount: row.fresh, createdById, createdByName, createdCount: row.by };
}

/** The name of a program may be in a message; that of a person may not. As published, where the org shows its users. */
async function integrationName(tx: Queryable, { run, definitions }: Context, userId: string): Promise<string | null> {
  if (!definitions.integrationUserIds.some((id) => id.slice(0, 15) === userId.slice(0, 15))) return null;
  if (!(await tableExists(tx, 'unified', 'dim_user'))) return null;
  const [user] = await tx.query<{ name: string | null }>(sql`/* alert.creator */
    select name from unified.dim_user where connection_id = ${run.connectionId} and user_id = ${userId}`);
  return user?.name ?? null;
}

async function samplesOf(
  tx: Queryable,
  { run }: Context,
  { ruleId }: IncidentCause,
  runIds: string[],
): Promise<string[]> {
  const samples = await tx.query<{ record_id: string }>(sql`/* alert.sample */
    select record_id from quality.finding
    where connection_id = ${run.connectionId} and rule_id = ${ruleId} and opened_run_id = any(${runIds}::text[]) and closed_at is null
    order by amount desc nulls last, record_id limit ${sampleLimit}`);
  return samples.map((sample) => sample.record_id);
}

/** The pairs under review are merged for a moment, as if a reviewer had said so of each, and what clean values would be then is kept. */
import { escapeLiteral } from 'pg';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db, Transaction } from '../../db/connect.ts';
import type { Mart } from '../../marts/read.ts';
import { bridgeDimensions } from '../../metrics/bridge.ts';
import { coordinates } from '../../metrics/count.ts';
import { storedTable } from '../../metrics/plan.ts';
import { isAdditive, type MetricDefinition } from '../../model/metric.ts';
import { cluster } from '../cluster.ts';
import type { Context } from '../context.ts';
import { survive } from '../survive.ts';
import { placeColumns } from './bridge.ts';

/** Of more pairs a night would be spent on what may never come; of more than a few a small publication would. */
const mostPairs = { night: 2000, small: 20 };

const columns = {
  ...placeColumns,
  value: 'Clean value, of the copies that are known',
  value_if_merged: 'What it would be if all pairs under review were merged',
  n_if_merged: 'Records it would rest on',
};
const place = coordinates.filter((name) => name !== 'basis');
const typeOf = (name: string) =>
  ({ period_start: 'date', value: 'numeric', value_if_merged: 'numeric', n_if_merged: 'bigint' })[name] ?? 'text';
const typed = Object.keys(columns).map((name) => `${name} ${typeOf(name)}`);

/** unified.metric_band, as it is made before anything was tried. */
export const emptyBandMart: Mart = {
  file: 'src/pipeline/publish/band.ts',
  schema: 'unified',
  name: 'metric_band',
  grain:
    'one clean value of one metric in one period for one key that would be another if all pairs under review were merged; others would stay',
  key: ['metric', ...place.filter((name) => name !== 'period_start')],
  columns: Object.entries(columns).map(([name, description]) => ({ name, description })),
  select: `select ${Object.keys(columns)
    .map((name) => `null::${typeOf(name)} as ${name}`)
    .join(', ')} where false`,
  indexes: [],
  touched: [],
  beside: [],
  rows: [],
};

/** How many pairs the band has merged; null where it is not told, and why. A fault is a warning of the run. */
export type Band = { pairs: number | null; because: string | null; warnings: string[] };

/** Publishes what moved as reported on a day, without bridges, and says of which steps values changed; null: too much moved. */
type PublishMoved = (reportedOn: string) => Promise<readonly string[] | null>;

/** A day that no value was ever reported on. */
const otherwise = '9999-12-31';

/**
 * The stages are those of a night, so that a band is what would be published. Nothing of it stays but the values.
 * @param isSmall few rows were published, on a day that something was published before
 */
export async function keepBand(
  tx: Transaction,
  context: Context,
  metrics: readonly MetricDefinition[],
  isSmall: boolean,
  publishMoved: PublishMoved,
): Promise<Band> {
  const [found] = await tx.query<{ pairs: number }>(
    sql`/* band.pairs */ select count(*)::int as pairs from golden.review_item`,
  );
  const pairs = found!.pairs;
  const tooMany = whyTooMany(pairs, isSmall);
  const answer: Answer =
    pairs === 0 || tooMany !== null
      ? { rows: [], because: tooMany }
      : await tried(tx, () => mergedValues(tx, context, metrics, publishMoved));
  await tx.query(sql`/* band.clear */ delete from unified.metric_band`);
  if (answer.rows.length > 0)
    await tx.query(sql`/* band.write */ insert into unified.metric_band
      select * from jsonb_to_recordset(${JSON.stringify(answer.rows)}::jsonb) as r (${raw(typed.join(', '))})`);
  const { because, isFault = false } = answer;
  const warnings = isFault
    ? [`What metrics would be if the pairs under review were merged is not told: ${because}`]
    : [];
  return { pairs: because === null ? pairs : null, because, warnings };
}

function whyTooMany(pairs: number, isSmall: boolean): string | null {
  if (pairs > mostPairs.night) return `${pairs} pairs are under review, and at most ${mostPairs.night} are tried`;
  if (isSmall && pairs > mostPairs.small)
    return `${pairs} pairs are under review, and more than ${mostPairs.small} are tried with the first publication of a day`;
  return null;
}

type Answer = { rows: readonly object[]; because: string | null; isFault?: true };

/** Whatever it does is taken back; what it could not do stops no publication. */
async function tried(tx: Transaction, work: () => Promise<Answer>): Promise<Answer> {
  await tx.query(sql`/* band.begin */ savepoint band`);
  try {
    return await work();
  } catch (error) {
    return { rows: [], because: `merging them could not be tried: ${(error as Error).message}`, isFault: true };
  } finally {
    await tx.query(sql`/* band.end */ rollback to savepoint band`);
    await tx.query(sql`/* band.release */ release savepoint band`);
  }
}

async function mergedValues(
  tx: Transaction,
  context: Context,
  metrics: readonly MetricDefinition[],
  publishMoved: PublishMoved,
): Promise<Answer> {
  const now = context.clock.now();
  // In a table of their own: a reviewer who decides one of these very pairs meanwhile waits for nobody.
  const decisions = sql`tried_decision`;
  await tx.query(
    sql`/* band.decisions */ create temporary table ${decisions} (like review.decision including defaults including indexes)`,
  );
  // What was said of other values is asked again.
  await tx.query(sql`/* band.said */ insert into ${decisions} select d.* from review.decision d where d.undone_at is null
    and (d.entity, d.l_connection_id, d.l_id, d.r_connection_id, d.r_id)
      not in (select entity, l_connection_id, l_id, r_connection_id, r_id from golden.review_item)`);
  await tx.query(sql`/* band.decide */ insert into ${decisions} (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind,
      l_value_hash, r_value_hash, reason, decided_by, decided_at)
    select 'rev_' || gen_random_uuid(), entity, l_connection_id, l_id, r_connection_id, r_id, 'same', '', '', 'tried', 'band', ${now}
    from golden.review_item`);
  await tx.query(sql`/* band.analyze */ analyze ${decisions}`);
  const within = { ...context, db: dbOf(tx, context.db), run: { ...context.run, mode: 'auto' as const } };
  const inner: Context = { ...within, write: (work) => work(tx), report: () => undefined, decisions };
  for (const { name } of context.definitions.entities) {
    await cluster(inner, name);
    await survive(inner, name);
  }
  const steps = await publishMoved(otherwise);
  if (steps === null) return { rows: [], because: 'merging them would change too much of what is published' };
  // Nobody has analysed what was just written: values looked up one in all the others take its square. Taken back with all the rest.
  await tx.query(
    sql`/* band.plan */ select set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true)`,
  );
  return { rows: await tx.query(otherSql(steps, metrics)), because: null };
}

/** Stages ask the database beside their transactions; here all of it is one. */
function dbOf(tx: Transaction, db: Db): Db {
  return { ...db, query: (statement) => tx.query(statement), transaction: (work) => work(tx) };
}

const list = (names: readonly string[]) => names.map((name) => escapeLiteral(name)).join(', ');

/** SQL of the clean values that are others now; what they were is in history by that day. */
function otherSql(steps: readonly string[], metrics: readonly MetricDefinition[]): Sql {
  const at = (of: string) => raw(place.map((name) => `${of}.${name}`).join(', '));
  const same = raw(
    ['step', ...place.filter((name) => name !== 'period_start')].map((name) => `v.${name} = h.${name}`).join(' and '),
  );
  const additive = raw(list(metrics.filter(isAdditive).map(({ name }) => name)));
  const of = sql`basis = 'clean' and step = any (${steps}::text[])
    and dimension in (${raw(list(bridgeDimensions))})`;
  return sql`/* band.values */ with slot as (
      select metric, step, slot from history.metric_slot s
      where layout = (select max(l.layout) from history.metric_slot l where l.step = s.step) and step = any (${steps}::text[])
    ),
    now as materialized (select * from ${raw(storedTable)} where ${of} and since = ${otherwise}::date),
    before as materialized (select * from history.metric_version where ${of} and to_on = ${otherwise}::date),
    paired as (
      select v.step, ${at('v')}, h.measures as old, h.counts as old_counts, v.measures as new, v.counts as new_counts
      from now v left join before h on ${same}
      union all
      select h.step, ${at('h')}, h.measures, h.counts, null, null from before h where not exists (select from now v where ${same})
    )
    select s.metric, ${at('b')}, b.old[s.slot]::text as value, n.value::text as value_if_merged,
      coalesce(b.new_counts[s.slot], 0)::text as n_if_merged
    from paired b join slot s on s.step = b.step
    -- A sum of nothing is 0, a ratio of nothing is not.
    cross join lateral (select case when b.new is null and s.metric in (${additive}) then 0 else b.new[s.slot] end as value) n
    where coalesce(b.old_counts[s.slot], 0) <> coalesce(b.new_counts[s.slot], 0) or case when b.new is null
      then coalesce(b.old[s.slot], 0) <> 0 else b.old[s.slot] is distinct from b.new[s.slot] end`;
}

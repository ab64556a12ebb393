/** Rules asked of deals as they were: of each deal on one day of the past, by what was known then, and whether it was won in the time after. */
import sql, { join, raw } from 'sql-template-tag';
import type { Transaction } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import type { ColumnType, ObjectDefinition } from '../model/object.ts';
import type { RuleDefinition } from '../model/rule.ts';
import { condition } from './condition.ts';

export type Replay = {
  connectionId: string;
  /** Deals, and the rows Salesforce keeps of their stages. */
  object: ObjectDefinition;
  history: ObjectDefinition;
  /** May be asked of other values than they have. */
  rules: readonly RuleDefinition[];
  now: Date;
  zone: string;
  /** In how many days a deal has to be won. */
  horizonDays: number;
};

/** How many deals a rule marked, and did not mark, on one day, and how many of these were won in time. */
export type Replayed = {
  at: Date;
  /** In the order of the rules. */
  counts: { flagged: number; flaggedWon: number; kept: number; keptWon: number }[];
};

/** Days asked about, and how far they lie apart. */
const snapshotCount = 16;
const apartDays = 45;
const day = 86_400_000;

const types: Record<ColumnType, string> = {
  text: 'text',
  id: 'text',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

/** Columns whose values of any day are kept, or follow from what is. SQL over `v`, a version, and `p`, its past. */
const known: Readonly<Record<string, string>> = {
  connection_id: 'v.connection_id',
  id: 'v.opportunity_id',
  created_at: 'v.created_at',
  is_deleted: 'v.is_deleted',
  name: 'v.name',
  account_id: 'v.account_id',
  owner_id: 'v.owner_id',
  stage_name: 'v.stage_name',
  forecast_category: 'v.forecast_category',
  close_on: 'v.close_on',
  amount: 'v.amount_record',
  is_closed: 'v.is_closed',
  is_won: 'v.is_won',
  last_stage_change_at: 'p.last_stage_change_at',
  push_count: 'p.push_count',
};
const activity = 'last_activity_on';
/** Tables of which a past state can be had. */
const tables = new Set(['opportunity', 'opportunity_history']);

/** Why the past cannot be asked; null where it can. */
export function unknowable({ applies, violated, facts }: RuleDefinition, hasActivities: boolean): string | null {
  const text = [applies, violated, ...Object.values(facts)].join(' ');
  const other = [...text.matchAll(/\b(standard|golden|mirror|quality|unified)\.("?)(\w+)\2/g)].find(
    ([, schema, , table]) => schema !== 'standard' || !tables.has(table!),
  );
  if (other) return `It asks ${other[1]}.${other[3]}, of which no past is kept.`;
  const column = [...text.matchAll(/\br\.(\w+)/g)].find(
    ([, name]) => !(name! in known) && !(name === activity && hasActivities),
  );
  return column ? `It asks ${column[1]}, whose past values nobody knows.` : null;
}

/** Whether activities tell when a deal was last worked on. */
export async function hasActivities(tx: Pick<Transaction, 'query'>, connectionId: string): Promise<boolean> {
  if (!(await tableExists(tx, 'standard', 'task'))) return false;
  const found = await tx.query(sql`/* replay.activities */ select from standard.task
    where connection_id = ${connectionId} and what_id like '006%' and activity_on is not null limit 1`);
  return found.length > 0;
}

/** Each deal stands for one day alone, by its id: deals that are open for long would else count many times. */
export async function replay(tx: Transaction, asked: Replay): Promise<Replayed[]> {
  const { connectionId, now, horizonDays } = asked;
  const days = Array.from({ length: snapshotCount }, (_, at) =>
    new Date(now.getTime() - (horizonDays + at * apartDays) * day).toISOString(),
  );
  await tx.query(sql`/* replay.steps */ create temporary table replay_step on commit drop as
    select opportunity_id, valid_from,
      stage_name is distinct from lag(stage_name) over deal as is_entry,
      date_trunc('month', close_on) > date_trunc('month', lag(close_on) over deal) as is_push
    from history.opportunity_version where connection_id = ${connectionId}
    window deal as (partition by opportunity_id order by valid_from)`);
  await tx.query(sql`/* replay.cases */ create temporary table replay_case on commit drop as
    select id, day[1 + (('x' || substr(md5(id), 1, 7))::bit(28)::int % cardinality(day))] as at from (
      select v.opportunity_id as id, array_agg(d.at order by d.at) as day
      from unnest(${days}::timestamptz[]) d(at)
      join history.opportunity_version v on v.valid_from <= d.at and (v.valid_to is null or v.valid_to > d.at)
      where v.connection_id = ${connectionId} and not v.is_closed and not v.is_deleted and v.created_at <= d.at
      group by 1) deal`);
  await tx.query(sql`/* replay.analyze */ analyze pg_temp.replay_step, pg_temp.replay_case`);
  const isActive = await hasActivities(tx, connectionId);
  const done: Replayed[] = [];
  for (const { at } of await tx.query<{ at: Date }>(
    sql`/* replay.days */ select distinct at from pg_temp.replay_case order by at`,
  ))
    done.push({ at, counts: await askAt(tx, asked, at, isActive) });
  await tx.query(sql`/* replay.drop */ drop table pg_temp.replay_step, pg_temp.replay_case`);
  return done;
}

async function askAt(tx: Transaction, asked: Replay, at: Date, isActive: boolean): Promise<Replayed['counts']> {
  const { connectionId, object, history, rules, zone, horizonDays } = asked;
  const moment = at.toISOString();
  const then = sql`${moment}::timestamptz`;
  const until = sql`${new Date(at.getTime() + horizonDays * day).toISOString()}::timestamptz`;
  const system: Record<string, ColumnType> = {
    connection_id: 'text',
    id: 'id',
    created_at: 'timestamp',
    is_deleted: 'boolean',
  };
  const fields = Object.fromEntries(Object.entries(object.fields).map(([name, { type }]) => [name, type]));
  const columns = Object.entries({ ...system, ...fields }).map(([name, type]) => {
    const value = name === activity && isActive ? 'a.activity_on' : (known[name] ?? 'null');
    return raw(`(${value})::${types[type]} as "${name}"`);
  });
  const activities = isActive
    ? sql`left join (select what_id, max(least(activity_on, (${then} at time zone ${zone})::date)) as activity_on from standard.task
        where connection_id = ${connectionId} and created_at <= ${then} and activity_on is not null group by 1) a on a.what_id = v.opportunity_id`
    : sql``;
  await tx.query(sql`/* replay.deals */ create temporary table ${identifier(object.table)} on commit drop as
    select ${join(columns)} from history.opportunity_version v
    left join (select opportunity_id, max(valid_from) filter (where is_entry) as last_stage_change_at,
        count(*) filter (where is_push) as push_count
      from pg_temp.replay_step where valid_from <= ${then} group by 1) p using (opportunity_id)
    ${activities}
    where v.connection_id = ${connectionId} and v.valid_from <= ${then} and (v.valid_to is null or v.valid_to > ${then})
      and v.created_at <= ${then} and not v.is_deleted`);
  const kept = (await tableExists(tx, 'standard', history.table))
    ? sql`select * from ${identifier('standard', history.table)} where connection_id = ${connectionId} and created_at <= ${then}`
    : sql`select null::text as connection_id, null::text as id, null::text as opportunity_id, null::timestamptz as created_at,
        null::text as stage_name, null::boolean as is_deleted where false`;
  await tx.query(
    sql`/* replay.history */ create temporary table ${identifier(history.table)} on commit drop as ${kept}`,
  );
  await tx.query(
    sql`/* replay.analyze */ analyze ${identifier('pg_temp', object.table)}, ${identifier('pg_temp', history.table)}`,
  );
  const ofThen = (text: string) => text.replaceAll(/\bstandard\./g, 'pg_temp.');
  const marks = rules.map(({ applies, violated, values, facts: texts }) => {
    const facts = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, ofThen(text)]));
    const say = (text: string) => condition(ofThen(text), { now: at, zone, connectionId }, { values, facts });
    return sql`case when (${say(applies)}) then case when (${say(violated)}) then 'v' else 'k' end else '-' end`;
  });
  const rows = await tx.query<{
    marks: string;
    won: boolean;
    count: number;
  }>(sql`/* replay.ask */ select marks, won, count(*)::int as count
    from (select concat(${join(marks)}) as marks, exists (select from history.opportunity_version w
        where w.connection_id = r.connection_id and w.opportunity_id = r.id and w.is_won and w.valid_from <= ${until}
          and (w.valid_to is null or w.valid_to > ${until})) as won
      from ${identifier('pg_temp', object.table)} r join pg_temp.replay_case c on c.id = r.id and c.at = ${then}) asked
    group by 1, 2`);
  await tx.query(
    sql`/* replay.drop */ drop table ${identifier('pg_temp', object.table)}, ${identifier('pg_temp', history.table)}`,
  );
  return rules.map((_, place) => {
    const sum = (mark: string, isWon: boolean) =>
      rows.reduce((n, one) => n + (one.marks[place] === mark && (one.won || !isWon) ? one.count : 0), 0);
    return { flagged: sum('v', false), flaggedWon: sum('v', true), kept: sum('k', false), keptWon: sum('k', true) };
  });
}

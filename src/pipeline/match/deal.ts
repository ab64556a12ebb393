/** Opportunities into scored pairs in `match.pair`: the same deal entered twice. */
import { Readable } from 'node:stream';
import sql, { join, type Sql } from 'sql-template-tag';
import { locking, named, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { wantedKeys } from '../../db/record-key.ts';
import { fewOrMany, sizedFor } from '../../db/steps.ts';
import type { LearntDeals } from '../../matcher/deal/learnt.ts';
import { type KeyedPair, matchMovedDeals, type MovedDeal } from '../../matcher/deal/moved.ts';
import { pairsOf } from '../../matcher/deal/pairs.ts';
import { assessmentWarnings } from '../../matcher/weigh/assessment-words.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { keyOf, recordOf, type RecordKey } from '../../model/record-key.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import {
  allTaken,
  everyOrg,
  hashOf,
  isTaken,
  markAt,
  putMarks,
  since,
  type Taken,
  takenSql,
  taking,
} from '../marks.ts';
import { dealEntity, type DealEntity, readDeals } from './deal-rows.ts';
import { tablesOf } from './evidence-rows.ts';
import { keepDeals, PostgresDeals } from './deal-store.ts';
import { assessmentDetail } from './whole.ts';

/** Raised whenever the same rows may give other pairs. */
const dealVersion = 4;
/** Of the deals it was learnt from: when so many moved, what deals have in common is learnt anew. */
const learnAfterMovedShare = 0.02;

type State = {
  taken: Record<string, Taken>;
  /** Of an entity of accounts everything was made anew: what moved is nowhere listed. */
  is_redone: boolean;
  model: { version: number; learnt_count: number; moved_count: number } | null;
};

/** Weighs what moved by what was learnt; everything, learning anew, when there is nothing that fits, or much moved since. */
export async function matchDeals(context: Context, definition: EntityDefinition): Promise<StageResult> {
  const entity = dealEntity(context.definitions, definition);
  const hash = hashFor(context, entity);
  const [before] = await context.db.query<State>(named(stateSql(context, entity)));
  const readCount = before?.model?.learnt_count ?? 0;
  if (before && isLearnt(before) && isTaken(before.taken, hash)) return { readCount, changedCount: 0 };
  const done = await context.write(async (tx) => {
    // Two orgs may be synced at once: versions of an entity come in their order.
    const prepared = await locking(tx, `match.${definition.name}`);
    const [state] = await prepared.query<State>(stateSql(context, entity));
    const isSame = Object.values(state!.taken).every((one) => one.hash === null || one.hash === hash);
    if (!isLearnt(state!) || !isSame || state!.is_redone || context.run.mode === 'full') return null;
    return matchMoved(tx, prepared, context, entity, state!, hash);
  });
  return done ?? matchAll(context, entity, hash);
}

const isLearnt = ({ model }: State): boolean => model?.version === dealVersion;

function hashFor({ definitions }: Context, { definition, accounts }: DealEntity): string {
  return hashOf(definitions, `match ${definition.name}`, () => [
    dealVersion,
    definition,
    accounts.map(({ name }) => name),
  ]);
}

const survived = (name: string) =>
  ({ stage: 'survive', subject: name, connectionId: everyOrg, source: 'survive' }) as const;
/** As a source: what stands for accounts, once it has survived. */
const sourceOf = ({ name }: EntityDefinition) => `survive ${name}`;

/** SQL of what matching takes in: the org's deals, and of every org what their accounts stand for. */
function takenOf({ definitions, run: { connectionId } }: Context, { definition, accounts }: DealEntity): Sql {
  const tables = tablesOf(definitions, definition.name).map(
    (table) => sql`(select max(_version) from ${table} where connection_id = ${connectionId})`,
  );
  return takenSql('match', definition.name, {
    standardise: [connectionId, sql`greatest(${join(tables)})`],
    ...Object.fromEntries(
      accounts.map((account) => [
        sourceOf(account),
        [everyOrg, sql`(select version from ${markAt(survived(account.name))} mark)`] as const,
      ]),
    ),
  });
}

function stateSql(context: Context, entity: DealEntity): Sql {
  const redone = entity.accounts.map(
    (account) =>
      sql`coalesce((select whole_version from ${markAt(survived(account.name))} mark) > ${since(sourceOf(account))}, false)`,
  );
  return sql`/* match.deal_state */ with ${takenOf(context, entity)}
    select ${allTaken} as taken, ${join([sql`false`, ...redone], ' or ')} as is_redone,
      (select jsonb_build_object('version', version, 'learnt_count', learnt_count, 'moved_count', moved_count)
        from match.deal_model where entity = ${entity.definition.name}) as model`;
}

async function matchAll(context: Context, entity: DealEntity, hash: string): Promise<StageResult> {
  const { name } = entity.definition;
  // Before the rows are read: what moves meanwhile is looked at again, never missed.
  const [state] = await context.db.query<State>(stateSql(context, entity));
  const deals = await readDeals(context.db, entity, null);
  const { pairs, notComparedCount, learnt, assessment } = pairsOf(deals);
  const keyed = pairs.map(({ left, right, rule, ...verdict }): KeyedPair => ({
    left: keyOf(deals[left]!),
    right: keyOf(deals[right]!),
    rule,
    ...verdict,
  }));
  await context.write(async (tx) => {
    await locking(tx, `match.${name}`);
    await tx.query(sql`/* match.deal_clear */ delete from match.pair where entity = ${name}`);
    await putPairs(tx, context, name, keyed);
    await keepDeals(tx, name, deals);
    await tx.query(sql`/* match.deal_model */ insert into match.deal_model (entity, version, content, run_id, learnt_count)
      values (${name}, ${dealVersion}, ${JSON.stringify(learnt)}::jsonb, ${context.run.id}, ${deals.length})
      on conflict (entity) do update set version = excluded.version, content = excluded.content, run_id = excluded.run_id,
        learnt_count = excluded.learnt_count, moved_count = 0`);
    await tx.query(sql`/* match.touched */ delete from match.touched where entity = ${name}`);
    const made = { subject: name, source: 'match', connectionId: everyOrg, version: sql`nextval('mirror.version')` };
    await tx.query(sql`/* match.deal_mark */ ${putMarks('match', [made], true)}`);
    await tx.query(sql`/* match.deal_taken */ ${putMarks('match', taking(name, state!.taken, hash))}`);
  });
  const detail = {
    candidatePairCount: pairs.length,
    notComparedPairCount: notComparedCount,
    ...assessmentDetail(assessment),
  };
  const warnings = assessmentWarnings(assessment, []).map((warning) => `Matching of ${name}: ${warning}`);
  return { readCount: deals.length, changedCount: pairs.length, detail, warnings };
}

/** @returns null where so much moved that everything is to be learnt and compared anew */
async function matchMoved(
  tx: Transaction,
  prepared: Transaction,
  context: Context,
  entity: DealEntity,
  { taken, model }: State,
  hash: string,
): Promise<StageResult | null> {
  const { name } = entity.definition;
  const marks = taking(name, taken, hash);
  const room = learnAfterMovedShare * model!.learnt_count - model!.moved_count;
  const { keys, is_more: isMore } = await fewOrMany(tx, prepared, Math.max(0, Math.floor(room)), (db, most) =>
    movedKeys(db, context, entity, taken, most),
  );
  const { tx: asked } = await sizedFor(tx, prepared, keys.length);
  const store = new PostgresDeals(asked, name);
  const moved = isMore ? [] : await changedOf(asked, store, entity, keys);
  if (isMore || moved.length > room) return null;
  if (moved.length === 0) {
    await asked.query(sql`/* match.settle */ ${putMarks('match', marks)}`);
    return { readCount: model!.learnt_count, changedCount: 0 };
  }
  await store.write(moved);
  const { gone, put, touched, comparedCount } = await matchMovedDeals(store, moved, await learntBy(asked, name));
  await dropPairs(asked, name, [...gone, ...put]);
  await putPairs(tx, context, name, put);
  const made = { subject: name, source: 'match', connectionId: everyOrg, version: sql`(select version from made)` };
  await asked.query(sql`/* match.settle */ with made as materialized (select nextval('mirror.version') as version),
    touched as (insert into match.touched (entity, connection_id, id, version)
      select distinct ${name}, wanted.connection_id, wanted.id, made.version from made
      cross join ${wantedKeys(touched.map(recordOf))}
      on conflict (entity, connection_id, id) do update set version = excluded.version),
    drift as (update match.deal_model set moved_count = moved_count + ${moved.length} where entity = ${name})
    ${putMarks('match', [...marks, made])}`);
  const detail = { movedRecordCount: moved.length, comparedPairCount: comparedCount };
  return { readCount: model!.learnt_count, changedCount: gone.length + put.length, detail };
}

/** Deals of the org that moved, and those of any org whose account stands for something else now, or is written otherwise. */
async function movedKeys(
  db: Queryable,
  { definitions, run: { connectionId } }: Context,
  { definition, accounts }: DealEntity,
  taken: Record<string, Taken>,
  most: number,
): Promise<{ keys: RecordKey[]; is_more: boolean }> {
  const limit = sql`limit ${most + 1}`;
  const own = tablesOf(definitions, definition.name).map(
    (table) => sql`(select connection_id, id from ${table} where connection_id = ${connectionId}
      and _version > ${taken.standardise!.version ?? -1} order by _version ${limit})`,
  );
  const deals = identifier('standard', definition.name);
  const kept = identifier('match', `${definition.name}_record`);
  const others = accounts.flatMap((account) => {
    const touched = sql`golden.touched t where t.entity = ${account.name} and t.version > ${taken[sourceOf(account)]!.version ?? -1}`;
    return [
      sql`(select d.connection_id, d.id from (select golden_id from ${touched}) t
        join golden.crosswalk x on x.golden_id = t.golden_id
        join ${deals} d on d.connection_id = x.connection_id and d.company_id = x.id ${limit})`,
      sql`(select r.connection_id, r.id from (select golden_id from ${touched}) t join ${kept} r on r.company = t.golden_id ${limit})`,
    ];
  });
  const keys = await db.query<RecordKey>(sql`/* match.deal_moved */ ${join([...own, ...others], ' union ')}`);
  return { keys, is_more: keys.length > most };
}

/** Those of which something that is compared is another now. */
async function changedOf(
  db: Queryable,
  store: PostgresDeals,
  entity: DealEntity,
  keys: readonly RecordKey[],
): Promise<MovedDeal[]> {
  if (keys.length === 0) return [];
  const known = new Map((await store.deals(keys.map(keyOf))).map((deal) => [keyOf(deal), deal]));
  const now = new Map((await readDeals(db, entity, keys)).map((deal) => [keyOf(deal), store.kept(deal)]));
  return keys.map(keyOf).flatMap((key): MovedDeal[] => {
    const [before, after] = [known.get(key) ?? null, now.get(key) ?? null];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key, before, now: after }];
  });
}

/** What was learnt changes rarely. */
const opened = new Map<string, { runId: string; learnt: LearntDeals }>();

async function learntBy(db: Queryable, entity: string): Promise<LearntDeals> {
  const [model] = await db.query<{ run_id: string }>(sql`/* match.deal_learnt */
    select run_id from match.deal_model where entity = ${entity}`);
  const known = opened.get(entity);
  if (known?.runId === model!.run_id) return known.learnt;
  const [row] = await db.query<{ content: LearntDeals }>(sql`/* match.deal_content */
    select content from match.deal_model where entity = ${entity}`);
  opened.set(entity, { runId: model!.run_id, learnt: row!.content });
  return row!.content;
}

async function dropPairs(db: Queryable, entity: string, pairs: readonly KeyedPair[]): Promise<void> {
  if (pairs.length === 0) return;
  const [left, right] = [pairs.map((pair) => recordOf(pair.left)), pairs.map((pair) => recordOf(pair.right))];
  const column = (records: RecordKey[], of: keyof RecordKey) => sql`${records.map((record) => record[of])}::text[]`;
  await db.query(sql`/* match.deal_drop */ delete from match.pair p
    using unnest(${column(left, 'connection_id')}, ${column(left, 'id')}, ${column(right, 'connection_id')}, ${column(right, 'id')})
      w (l_connection_id, l_id, r_connection_id, r_id)
    where p.entity = ${entity} and p.l_connection_id = w.l_connection_id and p.l_id = w.l_id
      and p.r_connection_id = w.r_connection_id and p.r_id = w.r_id`);
}

async function putPairs(tx: Transaction, context: Context, entity: string, pairs: readonly KeyedPair[]): Promise<void> {
  if (pairs.length === 0) return;
  await tx.copyIn(
    `/* match.deal_pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight,
      probability, decision, evidence, rule) from stdin`,
    Readable.from(lines(entity, context.run.id, pairs)),
  );
}

function* lines(entity: string, runId: string, pairs: readonly KeyedPair[]): Generator<string> {
  for (const { left, right, weight, probability, decision, evidence, rule } of pairs) {
    const [l, r] = [recordOf(left), recordOf(right)];
    // Ids and our own words only: nothing that COPY would need escaped.
    const values = [entity, runId, l.connection_id, l.id, r.connection_id, r.id, weight, probability, decision];
    yield `${[...values, JSON.stringify(evidence), rule].join('\t')}\n`;
  }
}

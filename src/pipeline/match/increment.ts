/**
 * Records that moved since the model was trained, compared with those they share a block with: afterwards `match.pair` holds what
 * comparing everything by the same model would give. Blocks that come to be compared, or no longer are, count as moved too.
 */
import sql, { type Sql } from 'sql-template-tag';
import { locking, named, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { wantedKeys } from '../../db/record-key.ts';
import { fewOrMany, sizedFor } from '../../db/steps.ts';
import type { StageResult } from '../../model/run.ts';
import { keyOf, recordOf, type RecordKey } from '../../model/record-key.ts';
import type { Context } from '../context.ts';
import { everyOrg, type Mark, markAt, putMarks } from '../marks.ts';
import { Neighbourhood, type Keyed, type MovedKeys, type Store } from '../../matcher/block/blocked.ts';
import { blockStore } from './block-store.ts';
import {
  type EvidenceRow,
  movedSince,
  newestSql,
  readMovedRows,
  readRows,
  type MatchedEntity,
} from './evidence-rows.ts';
import { decisionOf, evidenceOf } from '../../matcher/evidence.ts';
import type { FewComparer } from '../../matcher/compare-few.ts';
import type { Frozen } from '../../matcher/weigh/frozen.ts';
import { newsSql } from './decisions.ts';
import { comparerOf, keptModel } from './kept-model.ts';
import type { TrainingCause } from '../../matcher/weigh/model-change.ts';
import { ScannedKeys } from './scanned-keys.ts';
import { isLess, type PairRow, Ties } from './ties.ts';

type Stored = {
  id: string;
  engine_version: number;
  moved_count: string;
  trained_count: string;
  review_version: string;
  record_count: string;
  /** The last model trained was put aside. */
  held: boolean | null;
  /** And somebody wants it all the same. */
  accepted: boolean | null;
};
type State = Stored & {
  /** Up to where the org's rows were looked at, and the newest of them there is. */
  version: string | null;
  newest: string | null;
  /** Pairs on which the decision is another now than the model learnt. */
  news: string;
};

/**
 * @param isBound the model that is there has to do
 * @returns why everything is to be compared instead: there is no model that fits, or too much moved or was decided since it was trained
 */
export async function matchMoved(
  context: Context,
  entity: MatchedEntity,
  engineVersion: number,
  isBound = false,
): Promise<StageResult | TrainingCause> {
  // Most runs find nothing to do here: that takes one question, no transaction.
  const [before] = isBound ? [] : await context.db.query<State>(named(stateSql(context, entity)));
  if (before && isSettled(context, before, engineVersion))
    return { readCount: Number(before.record_count), changedCount: 0 };
  return context.write(async (tx) => {
    const prepared = await locking(tx, `match.${entity.name}`);
    const [state] = await prepared.query<State>(stateSql(context, entity));
    if (!state) return 'first';
    if (state.engine_version !== engineVersion) return 'engine';
    const { keys } = await fewOrMany(tx, prepared, Infinity, (db, most) =>
      movedSince(db, context, entity, state.version, most),
    );
    const cause = isBound ? null : causeToTrain(context, state, keys.length);
    if (cause) return cause;
    const readCount = Number(state.record_count);
    if (keys.length === 0) {
      await prepared.query(sql`/* match.settle */ ${putMarks('match', [takenOf(context, entity, state)])}`);
      return { readCount, changedCount: 0 };
    }
    const { tx: asked } = await sizedFor(tx, prepared, keys.length);
    const increment = new Increment(asked, context, entity, await keptModel(tx, entity.name, state.id));
    const room = isBound
      ? Infinity
      : context.definitions.matching.trainAfterMovedShare * Number(state.trained_count) - Number(state.moved_count);
    const done = await increment.bringUpToDate(keys, room, readCount);
    if (typeof done === 'string') return done;
    const movedCount = Number(state.moved_count) + (isBound ? 0 : done.detail.movedRecordCount);
    await settle(asked, context, entity, { state, movedCount, touched: [...keys, ...done.touched] });
    return { readCount, changedCount: done.changedCount, detail: done.detail };
  });
}

function stateSql({ definitions, run }: Context, entity: MatchedEntity): Sql {
  return sql`/* match.known */
    select m.id, m.engine_version, m.moved_count, m.trained_count, m.review_version, p.version, c.held,
      c.held and c.accepted_at is not null as accepted,
      (select reltuples::bigint from pg_class where oid = to_regclass(${`match.${entity.name}_record`})) as record_count,
      (${newestSql(definitions, entity, run.connectionId)}) as newest, (${newsSql(entity.name, sql`m.review_version`)}) as news
    from match.model m
    left join lateral (select held, accepted_at from match.model_change where entity = m.entity order by at desc, id desc limit 1) c on true
    left join ${markAt({ stage: 'match', subject: entity.name, connectionId: run.connectionId, source: 'standardise' })} p on true
    where m.entity = ${entity.name}`;
}

function isSettled(context: Context, state: State, engineVersion: number): boolean {
  const isKnown = state.newest === null || state.newest === state.version;
  return isKnown && state.engine_version === engineVersion && causeToTrain(context, state, 0) === null;
}

/** Why a model is to be trained anew, whatever moved; null where the one that is there does. */
function causeToTrain({ definitions, run }: Context, state: State, movedCount: number): TrainingCause | null {
  const isEnough = Number(state.news) >= definitions.matching.trainAfterDecisions;
  // A full sync takes over whatever is trained, so it is never called a training for labels.
  if (run.mode === 'full' && (movedCount > 0 || state.held || isEnough)) return 'full';
  if (state.accepted) return 'accepted';
  return isEnough ? 'labels' : null;
}

function takenOf({ run }: Context, entity: MatchedEntity, { newest }: State): Mark {
  return { subject: entity.name, source: 'standardise', connectionId: run.connectionId, version: newest };
}

async function settle(
  tx: Queryable,
  context: Context,
  entity: MatchedEntity,
  { state, movedCount, touched }: { state: State; movedCount: number; touched: RecordKey[] },
): Promise<void> {
  const made = {
    subject: entity.name,
    source: 'match',
    connectionId: everyOrg,
    version: sql`(select version from made)`,
  };
  await tx.query(sql`/* match.settle */ with made as materialized (select nextval('mirror.version') as version),
    touched as (insert into match.touched (entity, connection_id, id, version)
      select distinct ${entity.name}, wanted.connection_id, wanted.id, made.version from made cross join ${wantedKeys(touched)}
      on conflict (entity, connection_id, id) do update set version = excluded.version),
    drift as (update match.model set moved_count = ${movedCount} where entity = ${entity.name})
    ${putMarks('match', [takenOf(context, entity, state), made])}`);
}

/**
 * Reading the keys of all records takes some 10 microseconds a record; to look up those of one that moved, by the index, takes
 * 10 milliseconds and more.
 */
const isMany = (movedCount: number, recordCount: number): boolean => movedCount > Math.max(100, recordCount / 1000);

type Done = {
  changedCount: number;
  touched: RecordKey[];
  /** `moved`: those of which something that is compared changed; `disturbed`: those that only won or lost partners by it. */
  detail: { movedRecordCount: number; disturbedRecordCount: number; comparedPairCount: number };
};

class Increment {
  private readonly tx: Transaction;
  private readonly context: Context;
  private readonly entity: MatchedEntity;
  private readonly model: Frozen;
  private readonly table: Sql;
  private readonly comparer: FewComparer;
  private readonly neighbourhood: Neighbourhood;
  /** Instead of the index, where much moved. */
  private scanned: Store | null = null;

  constructor(tx: Transaction, context: Context, entity: MatchedEntity, model: Frozen) {
    this.tx = tx;
    this.context = context;
    this.entity = entity;
    this.model = model;
    this.comparer = comparerOf(model);
    this.table = identifier('match', `${entity.name}_record`);
    const indexed = blockStore(tx, entity.name);
    this.neighbourhood = new Neighbourhood(model.caps, {
      members: (wanted) => (this.scanned ?? indexed).members(wanted),
      refined: (wanted) => (this.scanned ?? indexed).refined(wanted),
    });
  }

  /** drift: more than `most` moved. field: one the model has never seen a value of is filled now. */
  async bringUpToDate(keys: RecordKey[], most: number, recordCount: number): Promise<Done | 'drift' | 'field'> {
    const rows = await readMovedRows(this.tx, this.entity, this.model.layout.fields, keys);
    const gone = rows.filter(({ row }) => row === null);
    // What a person edited is mostly none of what is compared.
    const edited = rows.flatMap(({ row, known }) => (row && known?.hash !== row.hash ? [{ row, known }] : []));
    const movedRecordCount = edited.length + gone.length;
    if (movedRecordCount > most) return 'drift';
    if (movedRecordCount === 0) {
      const detail = { movedRecordCount, disturbedRecordCount: 0, comparedPairCount: 0 };
      return { changedCount: 0, touched: [], detail };
    }
    const standard = edited.map(({ row }) => this.comparer.row(row.values));
    if (most < Infinity && !this.comparer.filled(standard).every((name) => this.model.filled.has(name))) return 'field';
    const codes = standard.map((row) => this.comparer.codes(row));
    const moved: MovedKeys[] = [
      ...edited.map(({ row, known }, at) => ({
        key: keyOf(row),
        before: known?.codes ?? [],
        now: codes[at] as number[],
      })),
      ...gone.map((row) => ({ key: keyOf(row), before: row.known?.codes ?? [], now: [] })),
    ];
    const written = edited.map(({ row }) => row);
    await this.writeKnown(written, codes, gone);
    if (isMany(movedRecordCount, recordCount))
      this.scanned = await ScannedKeys.read(this.tx, `${this.entity.name}_record`);
    return this.compareAgain(moved);
  }

  private async compareAgain(moved: MovedKeys[]): Promise<Done> {
    const disturbed = await this.neighbourhood.disturbedBy(moved);
    const records = [
      ...moved.filter(({ now }) => now.length > 0).map(({ key, now }) => ({ key, codes: now })),
      ...(await this.readKeyed(disturbed)),
    ];
    const affected = new Set([...moved.map(({ key }) => key), ...disturbed]);
    const found = await this.weigh(await this.neighbourhood.pairsOf(records, isLess));
    const { review } = this.model.threshold;
    const ties = new Ties(this.tx, this.entity.name, this.context.run.id, review);
    const { before, forgotten } = await ties.forget(affected);
    const shown = found.filter(({ weight }) => weight > review);
    await ties.add(shown, ({ weight }) => decisionOf(weight, review, true));
    const isSame = forgotten.size === 0 && shown.length === 0;
    const after = isSame ? before : await ties.around(new Set([...affected, ...before.keys]));
    const joined = ties.newlyTied(before, after, affected);
    const between = await this.weighBetween(joined);
    await ties.settle(after, [...found, ...between]);
    const came = shown.filter(({ l, r, weight }) => forgotten.get(`${l}\t${r}`) !== weight);
    const still = new Set(shown.map(({ l, r }) => `${l}\t${r}`));
    const left = [...forgotten].filter(([pair, weight]) => weight > review && !still.has(pair));
    return {
      changedCount: came.length + left.length,
      touched: [...new Set([...affected, ...after.keys])].map(recordOf),
      detail: {
        movedRecordCount: moved.length,
        disturbedRecordCount: disturbed.size,
        comparedPairCount: found.length + between.length,
      },
    };
  }

  private async weighBetween(records: ReadonlySet<string>): Promise<PairRow[]> {
    if (records.size === 0) return [];
    const pairs = await this.neighbourhood.pairsOf(await this.readKeyed(records), isLess);
    return this.weigh(pairs, (l, r) => records.has(l) && records.has(r));
  }

  private async weigh(
    pairs: ReadonlyMap<string, number>,
    isWanted: (l: string, r: string) => boolean = () => true,
  ): Promise<PairRow[]> {
    const split = [...pairs].map(([pair, rule]) => [...pair.split('\t'), rule] as [string, string, number]);
    const wanted = split.filter(([l, r]) => isWanted(l, r));
    if (wanted.length === 0) return [];
    const keys = [...new Set(wanted.flatMap(([l, r]) => [l, r]))].sort((a, b) => (isLess(a, b) ? -1 : 1));
    const rows = await readRows(this.tx, this.entity, this.model.layout.fields, keys.map(recordOf));
    const byKey = new Map(rows.map((row) => [keyOf(row), row.values]));
    const standard = keys.map((key) => this.comparer.row(byKey.get(key) ?? []));
    const compare = this.comparer.comparing(standard);
    const place = new Map(keys.map((key, at) => [key, at]));
    return wanted.map(([l, r, rule]): PairRow => {
      const { weight, codes } = compare(place.get(l) as number, place.get(r) as number);
      const evidence = weight > this.model.threshold.review ? evidenceOf(this.model, (at) => codes[at] as number) : [];
      return { l, r, weight, evidence, rule: this.model.rules[rule] ?? '' };
    });
  }

  private async readKeyed(keys: ReadonlySet<string>): Promise<Keyed[]> {
    if (keys.size === 0) return [];
    const rows = await this.tx.query<RecordKey & { codes: number[] }>(sql`/* match.record */
      select r.connection_id, r.id, r.keys::float8[] as codes from ${this.table} r
      join ${wantedKeys([...keys].map(recordOf))} using (connection_id, id)`);
    return rows.map((row) => ({ key: keyOf(row), codes: row.codes }));
  }

  private async writeKnown(edited: EvidenceRow[], codes: number[][], gone: RecordKey[]): Promise<void> {
    const rows = edited.map(({ connection_id, id, hash }, at) => ({ connection_id, id, hash, keys: codes[at] }));
    await this.tx.query(sql`/* match.record */ insert into ${this.table} as t (connection_id, id, hash, keys)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (connection_id text, id text, hash text, keys bigint[])
      on conflict (connection_id, id) do update set hash = excluded.hash, keys = excluded.keys`);
    if (gone.length > 0)
      await this.tx.query(sql`/* match.record */ delete from ${this.table} r using ${wantedKeys(gone)}
        where r.connection_id = wanted.connection_id and r.id = wanted.id`);
  }
}

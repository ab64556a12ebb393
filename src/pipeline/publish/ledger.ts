/** Faults that a repair would end become open fixes with their price; those that were repaired are booked by what changed. */
import { isDeepStrictEqual } from 'node:util';
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { factNamed } from '../../metrics/plan.ts';
import { changeOf, plus } from '../../metrics/price.ts';
import { facts } from '../../metrics/read-facts.ts';
import type { MetricDefinition } from '../../model/metric.ts';
import { type RecordFault, faultColumns, type Kind, kinds } from './ledger-kinds.ts';
import { cents, headline, heldNow, pricedOf, type Pricing, type Whole, wholeOf } from './ledger-price.ts';

type Known = RecordFault &
  Pricing & {
    id: string;
    openedAt: Date;
  };
/** @returns rows written */
export async function keepLedger(
  tx: Transaction,
  metrics: readonly MetricDefinition[],
  run: { id: string; now: Date },
): Promise<number> {
  const known = await knownFixes(tx);
  const whole = new Map<string, Whole>();
  for (const name of new Set(kinds.map(({ fact }) => fact))) whole.set(name, await wholeOf(tx, metrics, name));
  let count = 0;
  for (const kind of kinds) count += await keepKind(tx, kind, known.get(kind.name) ?? [], whole.get(kind.fact)!, run);
  return count;
}

/** The object whose records move money. */
export const dealObject = factNamed(facts, 'opportunity').object!;

/**
 * Whether an open fix of these records no longer has its fault: after an edit that is all there is to look for.
 * @param ids of deals that moved, or whose findings did
 */
export async function hasEnded(tx: Transaction, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const found = await tx.query(sql`/* ledger.ended */ select from history.fix x
    where x.state = 'open' and x.record_ids && ${[...new Set(ids)]}::text[] and (
      x.kind = 'stale_deal' and not exists (select from unified.fct_opportunity o where o.connection_id = x.connection_id
        and o.opportunity_id = x.subject and o.is_stale and not o.is_closed)
      or x.kind = 'deal_copies' and (select count(*) from unified.fct_opportunity o where o.connection_id in (select id from control.connection)
        and o.opportunity_id = any (x.record_ids) and o.deal_key = x.subject) < 2
      or x.kind in ('missing_value', 'orphan_deal') and not exists (select from quality.finding q where q.connection_id = x.connection_id
        and q.record_id = x.record_ids[1] and q.rule_id = x.rule_ids[1] and q.closed_at is null)
    ) limit 1`);
  return found.length > 0;
}

async function keepKind(
  tx: Transaction,
  kind: Kind,
  known: readonly Known[],
  whole: Whole,
  run: { id: string; now: Date },
): Promise<number> {
  const faults =
    await tx.query<RecordFault>(sql`/* ledger.faults */ select ${kind.name} as kind, connection_id as "connectionId", subject, object,
    record_ids as "recordIds", rule_ids as "ruleIds", owner_id as "ownerId", currency
    from (${raw(kind.faults)}) f (${raw(faultColumns)})`);
  const keyOf = ({ connectionId, subject }: Pick<RecordFault, 'connectionId' | 'subject'>) =>
    `${connectionId} ${subject}`;
  const open = new Map(known.map((fix) => [keyOf(fix), fix]));
  const standing = new Set(faults.map(keyOf));
  const priced = await pricedOf(tx, kind, faults, whole);
  const fresh = faults.flatMap((fault) => {
    const before = open.get(keyOf(fault));
    const price = priced.get(fault.subject)!;
    // A group that lost some of its copies is half repaired: what it promised and what was there stay as they were.
    if (before && !before.recordIds.every((id) => fault.recordIds.includes(id))) return [];
    const now = { ...fault, ...price };
    return before && isDeepStrictEqual(now, pick(before)) ? [] : [now];
  });
  const count = await write(tx, fresh, run);
  const ended = known.filter((fix) => !standing.has(keyOf(fix)));
  return count + (await undo(tx, kind, run)) + (await settle(tx, kind, ended, whole, run));
}

const pick = ({ id: _id, openedAt: _at, ...fix }: Known) => fix;

async function knownFixes(tx: Transaction): Promise<Map<string, Known[]>> {
  const rows =
    await tx.query<Known>(sql`/* ledger.known */ select fix_id as id, kind, connection_id as "connectionId", subject, object,
      record_ids as "recordIds", rule_ids as "ruleIds", owner_id as "ownerId", currency, opened_at as "openedAt", predicted,
      predicted_amount as "predictedAmount", not_priced as "notPriced", held
    from history.fix where state = 'open'`);
  return Map.groupBy(rows, ({ kind }) => kind);
}

async function write(
  tx: Transaction,
  fixes: readonly (RecordFault & Pricing)[],
  run: { id: string; now: Date },
): Promise<number> {
  if (fixes.length === 0) return 0;
  await tx.query(sql`/* ledger.write */ insert into history.fix as x (kind, connection_id, subject, object, record_ids, rule_ids, owner_id,
      currency, opened_run_id, opened_at, predicted, predicted_amount, not_priced, held)
    select kind, "connectionId", subject, object, "recordIds", "ruleIds", "ownerId", currency, ${run.id}, ${run.now.toISOString()}::timestamptz,
      predicted, "predictedAmount", "notPriced", held
    from jsonb_to_recordset(${JSON.stringify(fixes)}::jsonb) f (kind text, "connectionId" text, subject text, object text, "recordIds" text[],
      "ruleIds" text[], "ownerId" text, currency text, predicted jsonb, "predictedAmount" float8, "notPriced" text, held jsonb)
    on conflict (kind, connection_id, subject) where state = 'open' do update set object = excluded.object, record_ids = excluded.record_ids,
      rule_ids = excluded.rule_ids, owner_id = excluded.owner_id, currency = excluded.currency, predicted = excluded.predicted,
      predicted_amount = excluded.predicted_amount, not_priced = excluded.not_priced, held = excluded.held`);
  return fixes.length;
}

/** A repair whose fault is there again was none. */
async function undo(tx: Transaction, { name }: Kind, { now }: { now: Date }): Promise<number> {
  const rows =
    await tx.query(sql`/* ledger.undo */ update history.fix d set state = 'undone', undone_at = ${now.toISOString()}
    where d.kind = ${name} and d.state = 'done' and exists (select from history.fix o where o.kind = d.kind and o.connection_id = d.connection_id
      and o.subject = d.subject and o.state = 'open') returning 1`);
  return rows.length;
}

/**
 * What a repair brought is the metric as it is less the metric with its records put back as they were the last time the fault
 * was seen: no other edit of the night is in it. A fault that went without a repair is withdrawn.
 */
async function settle(
  tx: Transaction,
  kind: Kind,
  ended: readonly Known[],
  whole: Whole,
  run: { id: string; now: Date },
): Promise<number> {
  if (ended.length === 0) return 0;
  const repaired = await repairedOf(tx, kind, ended);
  const now = await heldNow(tx, kind, whole, ended);
  const rows = ended.map((fix) => {
    if (!repaired.has(fix.id)) return { id: fix.id, state: 'withdrawn', realised: null, amount: null };
    const after = now.get(fix.id)!;
    const realised = whole.metrics.flatMap((metric): [string, number | null][] => {
      const before = fix.held[metric.name];
      if (!before || before.length !== after[metric.name]!.length) return [];
      const change = plus(after[metric.name]!, before, -1);
      const earlier = plus(whole.raw[metric.name]!, change, -1);
      return [[metric.name, changeOf(metric, earlier, change)]];
    });
    const changed = realised.filter(([metric, value]) => value !== 0 || metric in fix.predicted);
    const money = realised.filter(([metric]) => headline.includes(metric));
    const amount = money.length === 0 ? null : cents(money.reduce((sum, [, value]) => sum + (value ?? 0), 0));
    return { id: fix.id, state: 'done', realised: Object.fromEntries(changed), amount };
  });
  await tx.query(sql`/* ledger.settle */ update history.fix x set state = s.state, realised = s.realised, realised_amount = s.amount,
      ended_run_id = ${run.id}, ended_at = ${run.now.toISOString()}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) s (id text, state text, realised jsonb, amount float8) where x.fix_id = s.id`);
  return rows.length;
}

/** Fixes whose records somebody mended: copies that are gone, findings that closed as fixed. */
async function repairedOf(tx: Transaction, { name, fact }: Kind, ended: readonly Known[]): Promise<Set<string>> {
  const ids = ended.map(({ id }) => id);
  const { from, id } = factNamed(facts, fact);
  const isGone =
    name === 'account_copies'
      ? sql`exists (select from unnest(x.record_ids) r where not exists (select from unified.record_xref u where u.entity = 'company' and u.salesforce_id = r))`
      : sql`exists (select from unnest(x.record_ids) r where not exists (select from ${raw(`unified.${from}`)} u where u.${raw(id)} = r))`;
  const isMended = sql`exists (select from unnest(x.record_ids) r join quality.finding q on q.connection_id = x.connection_id and q.record_id = r
      where q.rule_id = any (x.rule_ids) and q.closed_at > x.opened_at and q.close_reason in ('fixed', 'gone'))
    and not exists (select from quality.finding q where q.connection_id = x.connection_id and q.record_id = any (x.record_ids)
      and q.rule_id = any (x.rule_ids) and q.closed_at is null and q.is_waived)`;
  const isOfRule = name === 'stale_deal' || name === 'missing_value' || name === 'orphan_deal';
  const condition = isOfRule ? sql`(${isGone} or ${isMended})` : isGone;
  const rows = await tx.query<{ id: string }>(sql`/* ledger.repaired */ select x.fix_id as id from history.fix x
    where x.fix_id = any (${ids}::text[]) and ${condition}`);
  return new Set(rows.map((row) => row.id));
}

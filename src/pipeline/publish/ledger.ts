/** Faults that a repair would end become open fixes with their price; those that were repaired are booked by what changed. */
import { isDeepStrictEqual } from 'node:util';
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Fact, Fix } from '../../metrics/fact.ts';
import { factNamed, published } from '../../metrics/plan.ts';
import {
  basesOf,
  changeOf,
  type Held,
  heldOf,
  isMoney,
  isSumOfMoney,
  noParts,
  partsSql,
  plus,
  type PricedMetric,
  pricedMetrics,
} from '../../metrics/price.ts';
import { facts } from '../../metrics/read-facts.ts';
import type { FixKind } from '../../model/fix.ts';
import type { MetricDefinition } from '../../model/metric.ts';

/** By how much a repair moves a metric: alone on raw, and on top of all others on clean. */
type Price = { alone: number | null; onTop: number | null };
type Fault = {
  kind: string;
  connectionId: string;
  subject: string;
  object: string;
  recordIds: string[];
  ruleIds: string[];
  ownerId: string | null;
  currency: string | null;
};
type Known = Fault & {
  id: string;
  openedAt: Date;
  predicted: Record<string, Price>;
  predictedAmount: number | null;
  notPriced: string | null;
  held: Held;
};
type Kind = {
  name: FixKind;
  fact: string;
  /** What the repair is among the steps from raw to clean; null: nobody knows beforehand what it will be. */
  fix: Fix | null;
  /** SQL over `f` of the subject of a row of the fact. */
  subject: string;
  /** A select of the columns of a fault. */
  faults: string;
  /** Why none is priced. */
  notPriced?: string;
};

/** A deal is in one of both, or in none: so they add up to the money that a repair moves. */
const headline = ['bookings', 'open_pipeline'];
/** Repairs that every metric is priced of; of others only the money is. */
const exactCount = 1000;

const columns = 'connection_id, subject, object, record_ids, rule_ids, owner_id, currency';
const copies = (table: string, key: string, id: string, object: string, rule: string, currency: string) => `
  select (array_agg(connection_id order by counts_in_clean desc, ${id}))[1] as connection_id, ${key} as subject, '${object}' as object,
    array_agg(${id} order by ${id}) as record_ids, array['${rule}'] as rule_ids,
    (array_agg(owner_id order by counts_in_clean desc, ${id}))[1] as owner_id, ${currency} as currency
  from unified.${table} where ${key} is not null group by ${key} having count(*) > 1`;

const kinds: readonly Kind[] = [
  {
    name: 'deal_copies',
    fact: 'opportunity',
    fix: 'deals',
    subject: 'f.deal_key',
    faults: copies(
      'fct_opportunity',
      'deal_key',
      'opportunity_id',
      'Opportunity',
      'opportunity-duplicate',
      'min(currency)',
    ),
  },
  {
    name: 'person_copies',
    fact: 'lead',
    fix: 'people',
    subject: 'f.person_key',
    faults: copies('fct_lead', 'person_key', 'lead_id', 'Lead', 'lead-duplicate', 'null::text'),
  },
  {
    name: 'account_copies',
    fact: 'opportunity',
    fix: null,
    subject: 'null::text',
    notPriced: 'It changes counts of distinct companies, and these do not add up.',
    faults: `select min(connection_id) as connection_id, golden_key as subject, 'Account' as object,
      array_agg(salesforce_id order by salesforce_id) as record_ids, array['account-duplicate'] as rule_ids, null::text as owner_id, null::text as currency
      from unified.record_xref where entity = 'company' and object = 'Account' group by golden_key having count(*) > 1`,
  },
  {
    name: 'stale_deal',
    fact: 'opportunity',
    fix: 'stale',
    subject: 'f.opportunity_id',
    faults: `select connection_id, opportunity_id as subject, 'Opportunity' as object, array[opportunity_id] as record_ids,
      string_to_array(stale_reason, ', ') as rule_ids, owner_id, currency
      from unified.fct_opportunity
      where is_stale and counts_in_clean and not is_closed and forecast_category is distinct from 'Omitted'`,
  },
  {
    name: 'missing_value',
    fact: 'opportunity',
    fix: null,
    subject: 'f.opportunity_id',
    notPriced: 'Nobody knows the value before it is there.',
    faults: `select q.connection_id, q.record_id || ' ' || q.rule_id as subject, q.object, array[q.record_id] as record_ids,
      array[q.rule_id] as rule_ids, q.owner_id, o.currency
      from quality.finding q join unified.fct_opportunity o on o.connection_id = q.connection_id and o.opportunity_id = q.record_id
      where q.object = 'Opportunity' and q.dimension = 'completeness' and q.field is not null and q.closed_at is null and not q.is_waived`,
  },
];

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
      or x.kind = 'missing_value' and not exists (select from quality.finding q where q.connection_id = x.connection_id
        and q.record_id = x.record_ids[1] and q.rule_id = x.rule_ids[1] and q.closed_at is null)
    ) limit 1`);
  return found.length > 0;
}

/** What all records of a fact add up to, by basis, and whether their amounts are of several currencies. */
type Whole = { fact: Fact; metrics: PricedMetric[]; raw: Held; clean: Held; isMixed: boolean };

async function wholeOf(tx: Transaction, all: readonly MetricDefinition[], name: string): Promise<Whole> {
  const fact = factNamed(facts, name);
  const metrics = pricedMetrics(all, fact);
  const rows = await partsOf(tx, metrics, partsSql(fact, metrics, published, `'all'::text`, null));
  const empty = Object.fromEntries(metrics.map((metric) => [metric.name, noParts(metric)]));
  const of = (basis: string) => rows.get('all')?.get(basis) ?? empty;
  const [mixed] =
    fact.currency === null
      ? []
      : await tx.query<{
          count: number;
        }>(sql`/* ledger.currencies */ select count(distinct ${raw(fact.columns[fact.currency]!)})::int as count
          from ${raw(`unified.${fact.from}`)} f`);
  return { fact, metrics, raw: of('raw'), clean: of('clean'), isMixed: (mixed?.count ?? 0) > 1 };
}

/** By subject and basis. */
type PartsBy = Map<string, Map<string, Held>>;

async function partsOf(tx: Transaction, metrics: PricedMetric[], select: string): Promise<PartsBy> {
  if (metrics.length === 0) return new Map();
  const rows = await tx.query<{ subject: string; basis: string; parts: number[] }>(
    sql`/* ledger.parts */ ${raw(select)}`,
  );
  const by: PartsBy = new Map();
  for (const { subject, basis, parts } of rows) {
    const own = by.get(subject) ?? new Map<string, Held>();
    own.set(basis, heldOf(metrics, parts));
    by.set(subject, own);
  }
  return by;
}

async function keepKind(
  tx: Transaction,
  kind: Kind,
  known: readonly Known[],
  whole: Whole,
  run: { id: string; now: Date },
): Promise<number> {
  const faults =
    await tx.query<Fault>(sql`/* ledger.faults */ select ${kind.name} as kind, connection_id as "connectionId", subject, object,
    record_ids as "recordIds", rule_ids as "ruleIds", owner_id as "ownerId", currency
    from (${raw(kind.faults)}) f (${raw(columns)})`);
  const keyOf = ({ connectionId, subject }: Pick<Fault, 'connectionId' | 'subject'>) => `${connectionId} ${subject}`;
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

type Pricing = Pick<Known, 'predicted' | 'predictedAmount' | 'notPriced' | 'held'>;

/** By subject. */
async function pricedOf(
  tx: Transaction,
  kind: Kind,
  faults: readonly Fault[],
  whole: Whole,
): Promise<Map<string, Pricing>> {
  const { fact, metrics } = whole;
  const result = new Map<string, Pricing>();
  if (kind.fix === null) {
    const held = await heldNow(
      tx,
      whole,
      faults.flatMap(({ recordIds }) => (kind.name === 'missing_value' ? recordIds : [])),
    );
    for (const { subject, recordIds } of faults) {
      const own = sumOf(
        whole,
        recordIds.map((id) => held.get(id)),
      );
      const kept = kind.name === 'missing_value' ? own : {};
      result.set(subject, { predicted: {}, predictedAmount: null, notPriced: kind.notPriced ?? null, held: kept });
    }
    return result;
  }
  const price = async (subjects: readonly string[], of: PricedMetric[]) => {
    await tx.query(sql`/* ledger.subjects */ create temporary table ledger_subject on commit drop as
      select subject from unnest(${[...subjects]}::text[]) subject`);
    const from = `(select f.* from unified.${fact.from} f join pg_temp.ledger_subject s on s.subject = ${kind.subject})`;
    const parts = await partsOf(tx, of, partsSql(fact, of, basesOf(kind.fix), kind.subject, from));
    await tx.query(sql`/* ledger.drop */ drop table pg_temp.ledger_subject`);
    return parts;
  };
  const money = metrics.filter(isSumOfMoney);
  const sums = await price(
    faults.map(({ subject }) => subject),
    money,
  );
  const amountOf = (subject: string) =>
    money
      .filter(({ name }) => headline.includes(name))
      .reduce((sum, metric) => sum + (pricesOf([metric], whole, sums.get(subject))[metric.name]?.alone ?? 0), 0);
  const amounts = new Map(faults.map(({ subject }) => [subject, money.length === 0 ? null : cents(amountOf(subject))]));
  const largest = [...faults]
    .sort(
      (a, b) =>
        Math.abs(amounts.get(b.subject) ?? 0) - Math.abs(amounts.get(a.subject) ?? 0) ||
        (a.subject < b.subject ? -1 : 1),
    )
    .slice(0, exactCount)
    .map(({ subject }) => subject);
  // Of several currencies a ratio or a mean of money has no value.
  const exact = whole.isMixed ? metrics.filter((metric) => isSumOfMoney(metric) || !isMoney(metric)) : metrics;
  const all = await price(largest, exact);
  for (const { subject } of faults) {
    const isExact = all.has(subject);
    const own = isExact ? exact : money;
    const parts = isExact ? all.get(subject) : sums.get(subject);
    const notPriced = isExact
      ? null
      : money.length === 0
        ? `Only the ${exactCount} largest are priced, and money is in none of its metrics.`
        : `Only money is priced: it is none of the ${exactCount} largest.`;
    result.set(subject, {
      predicted: pricesOf(own, whole, parts),
      predictedAmount: amounts.get(subject) ?? null,
      notPriced,
      held: Object.fromEntries(own.map((metric) => [metric.name, parts?.get('raw')?.[metric.name] ?? noParts(metric)])),
    });
  }
  return result;
}

const cents = (amount: number) => Number(amount.toPrecision(14)) || 0;

/** What changes nothing is left out. */
function pricesOf(
  metrics: readonly PricedMetric[],
  whole: Whole,
  parts: Map<string, Held> | undefined,
): Record<string, Price> {
  const of = (metric: PricedMetric, basis: string) => parts?.get(basis)?.[metric.name] ?? noParts(metric);
  const prices = metrics.map((metric): [string, Price] => {
    const [first, top] = [
      plus(of(metric, 'alone'), of(metric, 'raw'), -1),
      plus(of(metric, 'with'), of(metric, 'without'), -1),
    ];
    const clean = whole.clean[metric.name]!;
    // Clean has the repair in it, but for that of a stale deal.
    const isIn = changeOf(metric, plus(clean, top, -1), top);
    return [metric.name, { alone: changeOf(metric, whole.raw[metric.name]!, first), onTop: isIn }];
  });
  return Object.fromEntries(prices.filter(([, { alone, onTop }]) => alone !== 0 || onTop !== 0));
}

/** What records add to raw now, by record; one that is gone adds nothing. */
async function heldNow(
  tx: Transaction,
  { fact, metrics }: Whole,
  recordIds: readonly string[],
): Promise<Map<string, Held>> {
  if (recordIds.length === 0) return new Map();
  await tx.query(sql`/* ledger.records */ create temporary table ledger_record on commit drop as
    select distinct id from unnest(${[...recordIds]}::text[]) id`);
  const from = `(select f.* from unified.${fact.from} f join pg_temp.ledger_record r on r.id = f.${fact.id})`;
  const parts = await partsOf(tx, metrics, partsSql(fact, metrics, basesOf(null), `f.${fact.id}`, from));
  await tx.query(sql`/* ledger.drop */ drop table pg_temp.ledger_record`);
  return new Map([...parts].map(([id, bases]) => [id, bases.get('raw')!]));
}

function sumOf({ metrics }: Whole, held: readonly (Held | undefined)[]): Held {
  return Object.fromEntries(
    metrics.map((metric) => [
      metric.name,
      held.reduce((sum, one) => (one ? plus(sum, one[metric.name]!) : sum), noParts(metric)),
    ]),
  );
}

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
  fixes: readonly (Fault & Pricing)[],
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
  const now = await heldNow(
    tx,
    whole,
    ended.flatMap(({ recordIds }) => recordIds),
  );
  const rows = ended.map((fix) => {
    if (!repaired.has(fix.id)) return { id: fix.id, state: 'withdrawn', realised: null, amount: null };
    const after = sumOf(
      whole,
      fix.recordIds.map((id) => now.get(id)),
    );
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
  const condition = name === 'stale_deal' || name === 'missing_value' ? sql`(${isGone} or ${isMended})` : isGone;
  const rows = await tx.query<{ id: string }>(sql`/* ledger.repaired */ select x.fix_id as id from history.fix x
    where x.fix_id = any (${ids}::text[]) and ${condition}`);
  return new Set(rows.map((row) => row.id));
}

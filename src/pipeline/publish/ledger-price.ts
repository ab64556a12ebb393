/** Faults become prices of their repair, by what their rows add to each metric that adds up. */
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { cleaning, type Fact, type Fix } from '../../metrics/fact.ts';
import { factNamed, published } from '../../metrics/plan.ts';
import {
  basesOf,
  changeOf,
  distinctMeasures,
  distinctOnly,
  exclusiveSql,
  type HeldParts,
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
import type { MetricDefinition } from '../../model/metric.ts';
import type { RecordFault, Kind } from './ledger-kinds.ts';

/** By how much a repair moves a metric: alone on raw, and on top of all others on clean. */
export type Price = { alone: number | null; onTop: number | null };
/** What a fix is proposed with. */
export type Pricing = {
  predicted: Record<string, Price>;
  predictedAmount: number | null;
  notPriced: string | null;
  held: HeldParts;
};

/** A deal is in one of both, or in none: so they add up to the money that a repair moves. */
export const headline = ['bookings', 'open_pipeline'];
/** Repairs that every metric is priced of; of others only the money is. */
const exactCount = 1000;

/** What all records of a fact add up to, by basis, and whether their amounts are of several currencies. */
export type Whole = { fact: Fact; metrics: PricedMetric[]; raw: HeldParts; clean: HeldParts; isMixed: boolean };

export async function wholeOf(tx: Transaction, all: readonly MetricDefinition[], name: string): Promise<Whole> {
  const fact = factNamed(facts, name);
  const metrics = pricedMetrics(all, fact);
  const rows = await partsOf(tx, metrics, partsSql(fact, metrics, published, `'all'::text`, null), []);
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
type PartsBy = Map<string, Map<string, HeldParts>>;

async function partsOf(
  tx: Transaction,
  metrics: PricedMetric[],
  select: string,
  exclusive: readonly { at: number; select: string }[],
): Promise<PartsBy> {
  if (metrics.length === 0) return new Map();
  type Parts = { subject: string; basis: string; parts: number[] };
  const rows = await tx.query<Parts>(sql`/* ledger.parts */ ${raw(select)}`);
  for (const { at, select: values } of exclusive) {
    const counts = await tx.query<{ subject: string; basis: string; count: number }>(
      sql`/* ledger.exclusive */ ${raw(values)}`,
    );
    const byRow = new Map(counts.map(({ subject, basis, count }) => [`${basis} ${subject}`, count]));
    for (const row of rows) row.parts[at] = byRow.get(`${row.basis} ${row.subject}`) ?? 0;
  }
  const by: PartsBy = new Map();
  for (const { subject, basis, parts } of rows) {
    const own = by.get(subject) ?? new Map<string, HeldParts>();
    own.set(basis, heldOf(metrics, parts));
    by.set(subject, own);
  }
  return by;
}

/** Parts of the rows of each subject. @param from SQL of these rows */
function partsOfSome(
  tx: Transaction,
  fact: Fact,
  metrics: PricedMetric[],
  { fix, subject, from }: { fix: Fix | null; subject: string; from: string },
): Promise<PartsBy> {
  const exclusive = distinctMeasures(metrics).map(({ measure, at }) => ({
    at,
    select: exclusiveSql(fact, measure, fix, subject, from),
  }));
  return partsOf(tx, metrics, partsSql(fact, metrics, basesOf(fix), subject, from), exclusive);
}

/** By subject. */
export async function pricedOf(
  tx: Transaction,
  kind: Kind,
  faults: readonly RecordFault[],
  whole: Whole,
): Promise<Map<string, Pricing>> {
  const { fact, metrics } = whole;
  const result = new Map<string, Pricing>();
  if (kind.fix === null) {
    const held = await heldNow(
      tx,
      kind,
      whole,
      faults.map(({ subject, recordIds }) => ({ id: subject, recordIds })),
    );
    const notPriced = kind.notPriced ?? null;
    for (const { subject } of faults)
      result.set(subject, { predicted: {}, predictedAmount: null, notPriced, held: held.get(subject)! });
    return result;
  }
  const price = async (subjects: readonly string[], of: PricedMetric[]) => {
    await tx.query(sql`/* ledger.subjects */ create temporary table ledger_subject on commit drop as
      select subject from unnest(${[...subjects]}::text[]) subject`);
    const from = `(select f.* from unified.${fact.from} f join pg_temp.ledger_subject s on s.subject = ${kind.subject})`;
    const parts = await partsOfSome(tx, fact, of, { fix: kind.fix, subject: kind.subject, from });
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
      .reduce(
        (sum, metric) => sum + (pricesOf([metric], whole, sums.get(subject), kind.fix)[metric.name]?.alone ?? 0),
        0,
      );
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
      ? (kind.notPriced ?? null)
      : money.length === 0
        ? `Only the ${exactCount} largest are priced, and money is in none of its metrics.`
        : `Only money is priced: it is none of the ${exactCount} largest.`;
    result.set(subject, {
      predicted: pricesOf(own, whole, parts, kind.fix),
      predictedAmount: amounts.get(subject) ?? null,
      notPriced,
      held: keptOf(kind, own, parts?.get('raw')),
    });
  }
  return result;
}

export const cents = (amount: number) => Number(amount.toPrecision(14)) || 0;

/** What changes nothing is left out. */
function pricesOf(
  metrics: readonly PricedMetric[],
  whole: Whole,
  parts: Map<string, HeldParts> | undefined,
  fix: Fix | null,
): Record<string, Price> {
  const isInClean = fix !== null && cleaning.includes(fix);
  const of = (metric: PricedMetric, basis: string) => parts?.get(basis)?.[metric.name] ?? noParts(metric);
  const prices = metrics.map((metric): [string, Price] => {
    const [first, top] = [
      plus(of(metric, 'alone'), of(metric, 'raw'), -1),
      plus(of(metric, 'with'), of(metric, 'without'), -1),
    ];
    const clean = whole.clean[metric.name]!;
    // Clean has the repair in it, but for that of a stale deal.
    const onTop = changeOf(metric, isInClean ? plus(clean, top, -1) : clean, top);
    return [metric.name, { alone: changeOf(metric, whole.raw[metric.name]!, first), onTop }];
  });
  return Object.fromEntries(prices.filter(([, { alone, onTop }]) => alone !== 0 || onTop !== 0));
}

/** What records of each set add to raw now; those that are gone add nothing. */
export async function heldNow(
  tx: Transaction,
  kind: Kind,
  { fact, metrics }: Whole,
  sets: readonly { id: string; recordIds: readonly string[] }[],
): Promise<Map<string, HeldParts>> {
  if (sets.length === 0) return new Map();
  const records = sets.flatMap(({ id, recordIds }) =>
    [...new Set(recordIds)].map((record) => ({ set_id: id, record_id: record })),
  );
  await tx.query(sql`/* ledger.records */ create temporary table ledger_record on commit drop as
    select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) r (set_id text, record_id text)`);
  const column = kind.record ?? fact.id;
  const from = `(select f.*, r.set_id from unified.${fact.from} f join pg_temp.ledger_record r on r.record_id = f.${column})`;
  const parts = await partsOfSome(tx, fact, metrics, { fix: null, subject: 'f.set_id', from });
  await tx.query(sql`/* ledger.drop */ drop table pg_temp.ledger_record`);
  return new Map(sets.map(({ id }) => [id, keptOf(kind, metrics, parts.get(id)?.get('raw'))]));
}

/** What is kept of a repair's rows, to be held against what they are once it is made. */
function keptOf({ record }: Kind, metrics: readonly PricedMetric[], parts: HeldParts | undefined): HeldParts {
  return Object.fromEntries(
    metrics.map((metric) => {
      const own = parts?.[metric.name] ?? noParts(metric);
      return [metric.name, record === undefined ? own : distinctOnly(metric, own)];
    }),
  );
}

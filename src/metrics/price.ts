/** What a few rows of a fact add to metrics whose parts add up: so a repair of a few records is priced without measuring all others again. */
import type { Measure, MetricDefinition } from '../model/metric.ts';
import { type Basis, rowsOf } from './count.ts';
import { cleaning, columnsIn, type Fact, type Fix } from './fact.ts';
import { type Counted, isCounted, measuresOf } from './measure.ts';

/**
 * Of each measure, in the order of its metric: rows, the sum of their values, and rows whose value is known. Of distinct values
 * the last is how many no other row has: so these parts add up as well.
 */
export type MetricParts = [rows: number, sum: number, known: number][];
/** By metric. */
export type HeldParts = Record<string, MetricParts>;

export type PricedMetric = MetricDefinition & Counted;

/** Metrics of the fact that are made of counts, sums and distinct values. A median of the whole tells nothing of one row. */
export function pricedMetrics(metrics: readonly MetricDefinition[], fact: Fact): PricedMetric[] {
  return metrics
    .filter(isCounted)
    .filter((metric) => metric.fact === fact.name && partsOf(metric).every(({ aggregate }) => isAdditive(aggregate)));
}

const isAdditive = (aggregate: Measure['aggregate']) => ['count', 'sum', 'average', 'distinct'].includes(aggregate);

/** Without the count a simple metric shows beside its value. */
const partsOf = (metric: PricedMetric): Measure[] =>
  metric.kind === 'simple' ? measuresOf(metric).slice(0, 1) : measuresOf(metric);

export const isMoney = (metric: PricedMetric): boolean => partsOf(metric).some(({ money }) => money);
/** A sum of money: what several repairs bring is the sum of what each brings. */
export const isSumOfMoney = (metric: PricedMetric): boolean =>
  metric.kind === 'simple' && metric.measure.aggregate === 'sum' && metric.measure.money;

/** The bases a repair is priced by: it alone on raw, and on top of all others. Stale deals stay in clean, and leave it by their repair. */
export function basesOf(fix: Fix | null): Basis[] {
  const raw: Basis = { name: 'raw', fixes: [] };
  if (fix === null) return [raw];
  const isCleaning = cleaning.includes(fix);
  return [
    raw,
    { name: 'alone', fixes: [fix] },
    { name: 'without', fixes: cleaning.filter((one) => one !== fix) },
    { name: 'with', fixes: isCleaning ? cleaning : [...cleaning, fix] },
  ];
}

/**
 * A select of `subject`, basis and parts (float8[], three a measure, the metrics one after the other): rows of the fact added up.
 * @param subject SQL over `f` that rows are added up by
 * @param from SQL of the rows, a table or a select in brackets; null: all of the fact
 */
export function partsSql(
  fact: Fact,
  metrics: readonly PricedMetric[],
  bases: readonly Basis[],
  subject: string,
  from: string | null,
): string {
  const parts = metrics.flatMap(partsOf).flatMap(({ aggregate, of, where }) => {
    const filter = `filter (where ${where})`;
    // Of the whole these are the values no other row has; of some rows exclusiveSql says which they are.
    if (aggregate === 'distinct') return [`count(*) ${filter}`, '0', `count(distinct ${of!}) ${filter}`];
    const value = aggregate === 'count' ? null : of!;
    return [
      `count(${aggregate === 'count' && of ? of : '*'}) ${filter}`,
      value === null ? '0' : `coalesce(sum(${value}) ${filter}, 0)`,
      value === null ? '0' : `count(${value}) ${filter}`,
    ];
  });
  const rows = rowsOf(
    fact,
    bases,
    [...Object.keys(fact.columns), `${subject} as subject`],
    from === null ? {} : { from },
  );
  return `select subject, basis, array[${parts.join(', ')}]::float8[] as parts from (${rows}) r group by 1, 2`;
}

/** The measures of distinct values, and where each stands among the numbers of a row of partsSql. */
export function distinctMeasures(metrics: readonly PricedMetric[]): { measure: Measure; at: number }[] {
  return metrics
    .flatMap(partsOf)
    .flatMap((measure, place) => (measure.aggregate === 'distinct' ? [{ measure, at: 3 * place + 2 }] : []));
}

/**
 * A select of `subject`, basis and `count`: distinct values of the measure that no row has beside those of the subject, as they
 * are on raw, or on clean with all other repairs made.
 * @param from SQL of the rows of the subjects, as partsSql takes it
 */
export function exclusiveSql(fact: Fact, measure: Measure, fix: Fix | null, subject: string, from: string): string {
  const { of, where } = measure as Measure & { of: string };
  const columns = columnsIn(fact, [of, where]);
  // An account that is linked is a company on its basis: held against companies, it is no new one where its deals have it.
  const shared: Fix[] = fix === 'links' ? ['accounts'] : [];
  const bases = basesOf(fix).map((basis) =>
    basis.name === 'raw' || basis.name === 'alone'
      ? { ...basis, fixes: [...new Set([...shared, ...basis.fixes])] }
      : basis,
  );
  const wholes: Basis[] = [
    { name: 'raw', fixes: shared },
    ...(fix === null ? [] : [{ name: 'clean', fixes: cleaning }]),
  ];
  const cleanSelf = fix !== null && cleaning.includes(fix) ? 'with' : 'without';
  const pairs = bases.map(({ name }) =>
    name === 'raw' || name === 'alone' ? `('${name}', 'raw', 'raw')` : `('${name}', 'clean', '${cleanSelf}')`,
  );
  const values = (rows: string, key: string) =>
    `select ${key}basis, ${of} as v, count(*) as n from (${rows}) r where (${where}) and (${of}) is not null group by ${key}basis, v`;
  return `with cell as materialized (${values(rowsOf(fact, bases, [...columns, `${subject} as subject`], { from }), 'subject, ')}),
    whole as materialized (${values(rowsOf(fact, wholes, columns), '')})
    select c.subject, c.basis, count(*)::int as count
    from cell c join (values ${pairs.join(', ')}) p (basis, whole, self) on p.basis = c.basis
    left join whole w on w.basis = p.whole and w.v = c.v
    left join cell own on own.subject = c.subject and own.basis = p.self and own.v = c.v
    where coalesce(w.n, 0) <= coalesce(own.n, 0)
    group by 1, 2`;
}

/** Parts of which sums and counts are left out: what hangs on records that are merged moves none of them. */
export function distinctOnly(metric: PricedMetric, parts: MetricParts): MetricParts {
  return partsOf(metric).map(({ aggregate }, at) => (aggregate === 'distinct' ? parts[at]! : [0, 0, 0]));
}

/** The parts of a row of partsSql, by metric. */
export function heldOf(metrics: readonly PricedMetric[], parts: readonly number[]): HeldParts {
  let at = 0;
  return Object.fromEntries(
    metrics.map((metric) => {
      const own = partsOf(metric).map((): MetricParts[number] => [parts[at++]!, round(parts[at++]!), parts[at++]!]);
      return [metric.name, own];
    }),
  );
}

/** Sums of cents in binary numbers: nobody is served by their last digits. */
const round = (value: number) => Number(value.toPrecision(14)) || 0;

export const noParts = (metric: PricedMetric): MetricParts => partsOf(metric).map(() => [0, 0, 0]);

/** MetricParts and others, each `sign` times. */
export function plus(one: MetricParts, other: MetricParts, sign: 1 | -1 = 1): MetricParts {
  return one.map(([rows, sum, known], at) => {
    const [otherRows, otherSum, otherKnown] = other[at]!;
    return [rows + sign * otherRows, sum + sign * otherSum, known + sign * otherKnown];
  });
}

/** Null where there is nothing to divide by. */
export function valueOf(metric: PricedMetric, parts: MetricParts): number | null {
  const [first, second] = partsOf(metric).map(({ aggregate }, at) => {
    const [rows, sum, known] = parts[at]!;
    if (aggregate === 'count') return rows;
    if (aggregate === 'sum') return sum;
    if (aggregate === 'distinct') return known || null;
    return known === 0 ? null : sum / known;
  });
  if (metric.kind === 'simple') return first!;
  return first === null || !second ? null : first! / second;
}

/** How the metric changes when these parts come to the whole; null where it has no value before or after. */
export function changeOf(metric: PricedMetric, whole: MetricParts, added: MetricParts): number | null {
  const [before, after] = [valueOf(metric, whole), valueOf(metric, plus(whole, added))];
  if (before === null || after === null) return null;
  return round(Number((after - before).toFixed(9)));
}

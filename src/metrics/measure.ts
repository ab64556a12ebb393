/** What a metric aggregates: measures over rows that have been added up become its value and the count it rests on. */
import type { Measure, MetricDefinition, MetricOf } from '../model/metric.ts';
import { asOf } from './calendar.ts';

/** Metrics that aggregate rows of a fact. */
export type Counted = MetricOf<'simple' | 'ratio' | 'conversion'>;

export const isCounted = (metric: MetricDefinition): metric is MetricDefinition & Counted =>
  metric.kind === 'simple' || metric.kind === 'ratio' || metric.kind === 'conversion';

/** What the value is made of, in order: of a ratio numerator and denominator. */
export function measuresOf(metric: Counted): Measure[] {
  if (metric.kind === 'simple') return metric.n ? [metric.measure, metric.n] : [metric.measure];
  if (metric.kind === 'ratio') return [metric.numerator, metric.denominator];
  const { cohort, reached, time, withinDays } = metric;
  const matured = `(${cohort}) and ${time} <= ${asOf} - ${withinDays}`;
  const rows = (where: string): Measure => ({ aggregate: 'count', where, money: false });
  return [rows(`${matured} and ${reached} <= ${time} + ${withinDays}`), rows(matured)];
}

export const isStock = ({ at }: Measure) => at === 'end';
export const isSummed = ({ aggregate }: Measure) => aggregate === 'sum' || aggregate === 'average';
export const isHeavy = ({ aggregate }: Pick<Measure, 'aggregate'>) => ['distinct', 'median', 'p90'].includes(aggregate);

/** Measures by their number: two metrics that speak of the same one share it. */
export class Measures {
  readonly all: Measure[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(measure: Measure): number {
    const key = JSON.stringify(measure);
    const number = this.numbers.get(key) ?? this.all.push(measure) - 1;
    this.numbers.set(key, number);
    return number;
  }

  valueOf(measure: Measure): string {
    const i = this.numberOf(measure);
    const mixed = measure.money ? `when r.first_${i} <> r.last_${i} then null` : '';
    switch (measure.aggregate) {
      case 'count':
        return `r.n_${i}::numeric`;
      case 'sum': {
        const unknown = measure.money ? 'when r.known = 0 then null' : '';
        return `case ${unknown} ${mixed} when r.n_${i} = 0 then 0 else r.s_${i} end::numeric`;
      }
      case 'average':
        return `case ${mixed} when true then r.s_${i}::numeric / nullif(r.k_${i}, 0) end`;
      case 'distinct':
        return `case when r.k_${i} = 0 then null else coalesce(h_${i}.v, 0) end`;
      default:
        return mixed ? `case ${mixed} else h_${i}.v end` : `h_${i}.v`;
    }
  }

  /** Rows the value rests on; of a sum as part of a ratio those whose value is known. */
  countOf(measure: Measure, isPart = false): string {
    const i = this.numberOf(measure);
    if (measure.aggregate === 'distinct' && isPart) return `h_${i}.v`;
    return ['average', 'median', 'p90'].includes(measure.aggregate) || (measure.aggregate === 'sum' && isPart)
      ? `r.k_${i}`
      : `r.n_${i}`;
  }
}

/** SQL of value and n, over the rows that have been added up. */
export type Line = { value: string; n: string; dimensions: string[] };

export function lineOf(metric: MetricDefinition & Counted, measures: Measures): Line {
  const [first, second] = measuresOf(metric) as [Measure, Measure | undefined];
  const value =
    metric.kind === 'simple'
      ? measures.valueOf(first)
      : `(${measures.valueOf(first)})::numeric / nullif(${measures.valueOf(second!)}, 0)`;
  const n =
    metric.kind !== 'simple'
      ? measures.countOf(second!, metric.kind === 'ratio')
      : second
        ? measures.valueOf(second)
        : measures.countOf(first);
  return { value, n, dimensions: ['all', 'org', ...metric.dimensions] };
}

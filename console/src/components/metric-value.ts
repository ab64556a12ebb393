/** A value of a metric as a reader says it, by its unit, and how raw and clean differ. */
import type { Shape } from '../api/client.ts';
import { count, dash, money, percent, signed } from './format.ts';

type Metric = Shape<'Metric'>;
export type Unit = Metric['unit'];
export type Value = Shape<'MetricValue'>;
export type Pair = { raw: Value | undefined; clean: Value | undefined };

export function shown(unit: Unit, value: number | null | undefined): string {
  if (value == null) return dash;
  if (unit === 'rate') return percent(value);
  if (unit === 'count') return count(value);
  if (unit === 'days' || unit === 'hours') return `${value.toFixed(1)} ${unit === 'days' ? 'd' : 'h'}`;
  if (unit === 'months') return `${value.toFixed(1)} mo`;
  return money(value);
}

/** Of rates in points, else in parts of raw. */
export function difference(unit: Unit, { raw, clean }: Pair): string {
  const [before, after] = [raw?.value, clean?.value];
  if (before == null || after == null) return '';
  if (before === after) return '0';
  if (unit === 'rate') return `${signed(100 * (after - before))} pt`;
  return before === 0 ? '' : `${signed((100 * (after - before)) / Math.abs(before))} %`;
}

/** Raw and clean of the rows that fit. */
export const pairOf = (rows: Value[]): Pair => ({
  raw: rows.find(({ basis }) => basis === 'raw'),
  clean: rows.find(({ basis }) => basis === 'clean'),
});

/** Why a metric has no value, in the words of a page: what the API says, without its paths. */
export const lacks = ({ reason }: Pick<Metric, 'reason'>): string =>
  (reason ?? 'not measurable').replace(/^not measurable: /, '').replaceAll(/, by PUT \/v1\/inputs\/\w+/g, '');

/** The input that something is needed of, by its name. */
export const inputOf = (object: string): string | null => /^input:(.+)$/.exec(object)?.[1] ?? null;

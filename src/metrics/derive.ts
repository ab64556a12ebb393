/** Metrics made of other metrics, or of SQL of their own, become selects of metric, the coordinates, value and n. */
import { inputOf, type MetricDefinition, type MetricOf } from '../model/metric.ts';
import { periodsOfDay } from './calendar.ts';
import { type Basis, coordinates, rowsOf } from './count.ts';
import { columnsIn, type Fact } from './fact.ts';

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
const at = (alias: string) => coordinates.map((name) => `${alias}.${name}`).join(', ');
const same = (one: string, other: string, names: readonly string[]) =>
  names.map((name) => `${one}.${name} = ${other}.${name}`).join(' and ');
const place = ['basis', 'connection_id', 'dimension', 'key'];

/** Metrics whose values it takes. */
export function inputsOf(metric: MetricDefinition): string[] {
  if (metric.kind === 'cumulative') return [metric.metric];
  return metric.kind === 'derived' ? Object.values(metric.inputs).map((input) => inputOf(input).metric) : [];
}

/**
 * @param values table of metric, the coordinates, value and n, with the inputs
 * @param where which of its rows count, over `v`
 */
export function derivedSql(metric: MetricDefinition & MetricOf<'derived'>, values: string, where = 'true'): string {
  const inputs = Object.entries(metric.inputs).map(([name, input]) => ({ name, ...inputOf(input) }));
  const here = inputs.filter(({ periodsBack, total }) => periodsBack === 0 && !total);
  const others = inputs.filter((input) => !here.includes(input));
  const picked = here.flatMap(({ name, metric: of }) => [
    `max(v.value) filter (where v.metric = '${of}') as ${name}`,
    `max(v.n) filter (where v.metric = '${of}') as n_${name}`,
  ]);
  const joins = others.map(({ name, metric: of, periodsBack, total }) => {
    const period = total
      ? same(name, 'h', ['period_kind', 'period'])
      : `${name}.period_kind = h.period_kind and ${name}.period_start = (h.period_start - ${periodsBack} * ${stepOf('h')})::date`;
    const where = total ? `${name}.basis = h.basis and ${name}.dimension = 'all'` : same(name, 'h', place);
    return `left join ${values} ${name} on ${name}.metric = '${of}' and ${where} and ${period}`;
  });
  const columns = [
    ...here.map(({ name }) => `h.${name}`),
    ...others.map(({ name }) => `${name}.value as ${name}`),
    here.some(({ name }) => name === metric.n) ? `h.n_${metric.n} as n` : `${metric.n}.n as n`,
  ];
  return `select '${metric.name}' as metric, ${at('i')}, (${metric.expression})::numeric as value, coalesce(i.n, 0)::bigint as n
from (
  select ${at('h')}, ${columns.join(', ')}
  from (
    select ${at('v')}, ${picked.join(', ')} from ${values} v
    where v.metric in (${list(here.map((input) => input.metric))}) and v.dimension in (${list(['all', 'org', ...metric.dimensions])}) and ${where}
    group by ${at('v')}
  ) h
  ${joins.join('\n  ')}
) i
where (${metric.expression}) is not null or i.n > 0`;
}

/** The length of a period by its kind, as SQL over a row that has it. */
export const stepOf = (of: string) => `case ${of}.period_kind when 'month' then interval '1 month'
  when 'quarter' then interval '3 months' when 'fiscal_quarter' then interval '3 months' else interval '1 year' end`;

/** As derivedSql: each period that has a value gets the sum of the periods up to it. */
export function cumulativeSql(
  metric: MetricDefinition & MetricOf<'cumulative'>,
  values: string,
  where = 'true',
): string {
  const of = `v.metric = '${metric.metric}' and v.period_start is not null
  and v.dimension in (${list(['all', 'org', ...metric.dimensions])})`;
  const group = ['period_kind', ...place];
  if (metric.periods === null) {
    return `select '${metric.name}' as metric, ${at('v')}, v.sum_to_date as value, v.n_to_date as n
from (
  select v.*, sum(v.value) over so_far as sum_to_date, (sum(v.n) over so_far)::bigint as n_to_date
  from ${values} v where ${of}
  window so_far as (partition by ${group.map((name) => `v.${name}`).join(', ')} order by v.period_start)
) v
where ${where}`;
  }
  return `select '${metric.name}' as metric, ${at('v')}, s.value, s.n
from ${values} v
cross join lateral (
  select sum(w.value) as value, sum(w.n)::bigint as n from ${values} w
  where w.metric = v.metric and ${same('w', 'v', group)} and w.period_start <= v.period_start
    and w.period_start > (v.period_start - ${metric.periods} * ${stepOf('v')})::date
) s
where ${of} and ${where}`;
}

/** The select of a metric of its own SQL, with the facts on these bases in their places. */
export function ownSql(
  metric: MetricDefinition & MetricOf<'sql'>,
  facts: readonly Fact[],
  bases: readonly Basis[],
): string {
  const select = resolve(metric.select, facts, bases);
  return `select '${metric.name}' as metric, ${at('o')}, o.value::numeric as value, coalesce(o.n, 0)::bigint as n from (${select}) o`;
}

/** Puts `{fact}`, `{bases}` and `{periods of <day>}` in their places. @throws Error naming what stands in braces and is none. */
export function resolve(select: string, facts: readonly Fact[], bases: readonly Basis[]): string {
  return select.replaceAll(/\{([a-z][^}]*)\}/g, (_, name: string) => {
    if (name === 'bases') return `(values ${bases.map((basis) => `('${basis.name}')`).join(', ')})`;
    if (name.startsWith('periods of ')) return periodsOfDay(name.slice('periods of '.length));
    const fact = facts.find((one) => one.name === name);
    if (!fact) throw new Error(`there is no fact "${name}" to put in the place of {${name}}`);
    return `(${rowsOf(fact, bases, columnsIn(fact, [select]))})`;
  });
}

/** Facts that a select names in braces, with the columns it names. */
export function factsIn(select: string, facts: readonly Fact[]): { fact: Fact; columns: string[] }[] {
  return facts
    .filter(({ name }) => select.includes(`{${name}}`))
    .map((fact) => ({ fact, columns: columnsIn(fact, [select]) }));
}

/** Metrics made of other metrics, or of SQL of their own, become selects of metric, the coordinates, value and n. */
import { inputOf, type MetricDefinition, type MetricOf } from '../model/metric.ts';
import { asOf, endOf, periodAfter, periodsOfDay, periodsSince, startBefore } from './calendar.ts';
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

/** How many periods back a metric looks, beside its own. */
export const lagsOf = (metric: MetricDefinition & MetricOf<'derived'>): number[] => [
  ...new Set(
    Object.values(metric.inputs)
      .map((input) => inputOf(input).periodsBack)
      .filter((back) => back > 0),
  ),
];

/**
 * @param values table of metric, the coordinates, value and n, with the inputs
 * @param where which of its rows count, over `v`
 * @param additive inputs that are 0 where they have no row
 */
export function derivedSql(
  metric: MetricDefinition & MetricOf<'derived'>,
  values: string,
  where = 'true',
  additive: ReadonlySet<string> = new Set(),
): string {
  const inputs = Object.entries(metric.inputs).map(([name, input]) => ({ name, ...inputOf(input) }));
  const here = inputs.filter(({ periodsBack, total, ofTeam }) => periodsBack === 0 && !total && !ofTeam);
  const others = inputs.filter((input) => !here.includes(input));
  const lags = lagsOf(metric);
  const picked = here.flatMap(({ name, metric: of }) => {
    const own = `filter (where v.metric = '${of}')`;
    const value = `max(v.value) ${own}`;
    return [
      `${lags.length > 0 && additive.has(of) ? `case when count(*) ${own} = 0 then 0 else ${value} end` : value} as ${name}`,
      `max(v.n) ${own} as n_${name}`,
    ];
  });
  const joins = others.map((input) => joinOf(input, values));
  const columns = [
    ...here.map(({ name }) => `h.${name}`),
    ...others.map((input) => `${joined(input, 'value', additive)} as ${input.name}`),
    ...inputs
      .filter(({ name }) => name === metric.n)
      .map((input) => `${here.includes(input) ? `h.n_${input.name}` : joined(input, 'n', additive)} as n`),
  ];
  const slices = `v.dimension in (${list(['all', 'org', ...metric.dimensions])})`;
  const own = `select v.metric, ${at('v')}, v.value, v.n from ${values} v
    where v.metric in (${list(here.map((input) => input.metric))}) and ${slices}`;
  const source = lags.length === 0 ? own : [own, ...gapsOf(inputs, lags, values, slices)].join(' union all ');
  return `select '${metric.name}' as metric, ${at('i')}, (${metric.expression})::numeric as value, coalesce(i.n, 0)::bigint as n
from (
  select ${at('h')}, ${columns.join(', ')}
  from (
    select ${at('v')}, ${picked.join(', ')} from (${source}) v
    where ${where}${lags.length > 0 ? ` and v.period_start <= ${asOf}` : ''}
    group by ${at('v')}
  ) h
  ${joins.join('\n  ')}
) i
where (${metric.expression}) is not null or i.n > 0${lags.length > 0 ? ` or i.dimension in ('all', 'org')` : ''}`;
}

type Input = ReturnType<typeof inputOf> & { name: string };

/** The row of an input that stands elsewhere. */
function joinOf({ name, metric, periodsBack, total, ofTeam }: Input, values: string): string {
  const isSame = total || periodsBack === 0;
  const period = isSame
    ? same(name, 'h', ['period_kind', 'period'])
    : `${name}.period_kind = h.period_kind and ${name}.period_start = ${startBefore('h', periodsBack)}`;
  const where = total ? `${name}.basis = h.basis and ${name}.dimension = 'all'` : same(name, 'h', place);
  const own = `left join ${values} ${name} on ${name}.metric = '${metric}' and ${where} and ${period}`;
  if (!ofTeam) return own;
  const sameKey = same(teamOf(name), 'h', ['basis', 'connection_id', 'key', 'period_kind', 'period']);
  return `${own}
  left join ${values} ${teamOf(name)} on h.dimension = 'owner' and ${teamOf(name)}.metric = '${metric}' and ${teamOf(name)}.dimension = 'team' and ${sameKey}`;
}

const teamOf = (name: string) => `${name}_of_team`;
/** Value or n of an input that stands elsewhere. */
function joined({ name, metric, ofTeam }: Input, column: 'value' | 'n', additive: ReadonlySet<string>): string {
  if (!ofTeam) return `${name}.${column}`;
  const team = teamOf(name);
  return `case when ${team}.metric is not null then ${team}.${column} when ${name}.metric is not null then ${name}.${column}
    ${additive.has(metric) ? 'else 0' : ''} end`;
}

/** Periods that have no row of their own: those after one that has, and in total all up to this day. */
function gapsOf(inputs: readonly Input[], lags: readonly number[], values: string, slices: string): string[] {
  const row = (of: string) => coordinates.map((name) => `${name.startsWith('period') ? 'q' : of}.${name}`).join(', ');
  const of = (some: readonly Input[]) => `v.metric in (${list(some.map(({ metric }) => metric))})`;
  const after = lags.map(
    (lag) => `select null as metric, ${row('v')}, null::numeric as value, null::bigint as n
    from ${values} v cross join lateral ${periodAfter('v', lag)} q
    where ${of(inputs.filter(({ periodsBack }) => periodsBack === lag))} and v.period_start is not null and ${slices}`,
  );
  return [
    ...after,
    `select null, ${row('s')}, null, null
    from (
      select v.basis, v.connection_id, v.dimension, v.key, min(v.period_start) as first from ${values} v
      where ${of(inputs)} and v.period_start is not null and v.dimension in ('all', 'org')
      group by 1, 2, 3, 4
    ) s
    cross join lateral ${periodsSince('s.first')} q`,
  ];
}

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
    and w.period_start > ${startBefore('v', metric.periods)}
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

/** Puts `{fact}`, `{bases}`, `{periods of <day>}` and `{end of <row with a period>}` in their places. @throws Error naming what stands in braces and is none. */
export function resolve(select: string, facts: readonly Fact[], bases: readonly Basis[]): string {
  return select.replaceAll(/\{([a-z][^}]*)\}/g, (_, name: string) => {
    if (name === 'bases') return `(values ${bases.map((basis) => `('${basis.name}')`).join(', ')})`;
    if (name.startsWith('periods of ')) return periodsOfDay(name.slice('periods of '.length));
    if (name.startsWith('end of ')) return endOf(name.slice('end of '.length));
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

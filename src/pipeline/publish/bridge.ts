/** The values of metrics become the steps from raw to clean: each metric measured again with some fixes, and the differences. */
import { escapeLiteral } from 'pg';
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Mart } from '../../marts/read.ts';
import { bridgeDimensions, bridgeOf, type BridgeStep, bridgeSteps, fixesByMetric } from '../../metrics/bridge.ts';
import { type Basis, coordinates } from '../../metrics/count.ts';
import { inputsOf } from '../../metrics/derive.ts';
import { stepsOf, valueTable } from '../../metrics/plan.ts';
import { facts } from '../../metrics/read-facts.ts';
import type { MetricDefinition } from '../../model/metric.ts';
import { mergeRows } from './materialise.ts';

const columns = {
  metric: 'Name of the metric, see metric_definition',
  period_kind: 'As in metric_value',
  period: 'As in metric_value',
  period_start: 'As in metric_value',
  connection_id: 'As in metric_value',
  dimension: 'all, org, owner or team',
  key: 'As in metric_value',
  step: bridgeSteps.map(({ step }) => step).join(', '),
  place: 'Place of the step in the order, from 1',
  delta: 'What the step adds after those before it; over all steps clean less raw',
  alone: 'What this fix alone would add to raw; of stale deals what leaving them out would',
  n_delta: 'By how many records more or fewer the value rests on after the step',
};
const place = coordinates.filter((name) => name !== 'basis');
/** Metrics that are 0 where there is nothing to count, so that a row that is missing is no missing number. */
const isAdditive = (metric: MetricDefinition) =>
  metric.kind === 'simple' && ['count', 'sum', 'distinct'].includes(metric.measure.aggregate);

/** Where the values on the bases between are, while a bridge is made. */
const between = 'pg_temp.bridge_value';

/** unified.metric_bridge of these metrics; the values between have to be there. */
function bridgeMart(metrics: readonly MetricDefinition[], steps: readonly BridgeStep[]): Mart {
  const literal = (text: string) => escapeLiteral(text);
  const planned = steps.map(({ metric, step, place: at, before, after, alone }) => {
    const zero = isAdditive(metrics.find(({ name }) => name === metric)!) ? '0' : 'null::numeric';
    return `(${[metric, step].map(literal).join(', ')}, ${at}, ${[before, after, alone].map(literal).join(', ')}, ${zero})`;
  });
  // Without a step there is no row, but a select that has the columns.
  const plan = planned.length > 0 ? planned.join(',\n') : "('', '', 0, '', '', '', null::numeric)";
  const at = (basis: string) => `coalesce(max(v.value) filter (where v.basis = ${basis}), p.zero)`;
  const nAt = (basis: string) => `coalesce(max(v.n) filter (where v.basis = ${basis}), 0)`;
  return {
    file: 'src/pipeline/publish/bridge.ts',
    schema: 'unified',
    name: 'metric_bridge',
    grain:
      'one step of one metric from raw to clean in one period for one key; steps that change nothing are not there',
    key: ['metric', ...place.filter((name) => name !== 'period_start'), 'step'],
    columns: Object.entries(columns).map(([name, description]) => ({ name, description })),
    select: `with p (metric, step, place, before, after, alone, zero) as (values ${plan}),
    v as (
      select metric, ${coordinates.join(', ')}, value, n from ${valueTable}
      where metric in (select metric from p) and dimension in (${bridgeDimensions.map(literal).join(', ')})
      union all
      select metric, ${coordinates.join(', ')}, value, n from ${between} where metric in (select metric from p)
    ),
    stepped as (
      select v.metric, ${place.map((name) => `v.${name}`).join(', ')}, p.step, p.place,
        ${at('p.after')} - ${at('p.before')} as delta, ${at('p.alone')} - ${at("'raw'")} as alone,
        ${nAt('p.after')} - ${nAt('p.before')} as n_delta
      from p join v on v.metric = p.metric and v.basis in (p.before, p.after, p.alone, 'raw')
      group by v.metric, ${place.map((name) => `v.${name}`).join(', ')}, p.step, p.place, p.zero
    )
    select metric, ${place.join(', ')}, step, place, delta, alone, n_delta from stepped
    where delta <> 0 or alone <> 0 or n_delta <> 0`,
    indexes: [],
    touched: [],
    beside: [],
    rows: [],
  };
}

/** The table as it is made before there is anything between raw and clean. */
export const emptyBridgeMart = (metrics: readonly MetricDefinition[]): Mart => {
  const mart = bridgeMart(metrics, []);
  return { ...mart, select: mart.select.replace(between, valueTable) };
};

/**
 * Makes the bridge of these metrics anew.
 * @param all metrics there are
 * @param names those whose values changed
 */
export async function mergeBridge(
  tx: Transaction,
  all: readonly MetricDefinition[],
  names: ReadonlySet<string>,
): Promise<number> {
  const changing = fixesByMetric(all, facts);
  const metrics = all.filter(({ name }) => names.has(name));
  const steps = metrics.flatMap(({ name }) => bridgeOf(name, changing.get(name)!).steps);
  await tx.query(sql`/* publish.between */ create temporary table bridge_value on commit drop as
    select metric, ${raw(coordinates.join(', '))}, value, n from ${raw(valueTable)} with no data`);
  await fillBetween(tx, all, basesWanted(all, metrics, changing));
  const of = sql`t.metric = any (${metrics.map(({ name }) => name)}::text[])`;
  const { changedCount } = await mergeRows(tx, bridgeMart(metrics, steps), of);
  await tx.query(sql`/* publish.drop */ drop table pg_temp.bridge_value`);
  return changedCount;
}

type Changing = ReturnType<typeof fixesByMetric>;
/** Bases by name, by metric. */
type Wanted = Map<string, Map<string, Basis>>;

/** The bases between that each metric is needed on; inputs of a derived one on those of its own. */
function basesWanted(
  all: readonly MetricDefinition[],
  metrics: readonly MetricDefinition[],
  changing: Changing,
): Wanted {
  const named = new Map(all.map((metric) => [metric.name, metric]));
  const wanted: Wanted = new Map();
  const want = (name: string, bases: readonly Basis[]) => {
    const known = wanted.get(name) ?? new Map<string, Basis>();
    for (const basis of bases) known.set(basis.name, basis);
    wanted.set(name, known);
    for (const input of inputsOf(named.get(name)!)) want(input, bases);
  };
  for (const { name } of metrics) {
    const { bases } = bridgeOf(name, changing.get(name)!);
    if (bases.length > 0) want(name, bases);
  }
  return wanted;
}

/** Measures metrics on bases between raw and clean, those on the same bases together. */
async function fillBetween(tx: Transaction, all: readonly MetricDefinition[], wanted: Wanted): Promise<void> {
  const cut = all.map((metric) => ({
    ...metric,
    dimensions: metric.dimensions.filter((name) => bridgeDimensions.includes(name)),
  }));
  for (const step of stepsOf(cut, facts, between)) {
    const own = step.names.filter((name) => wanted.has(name));
    for (const names of Map.groupBy(own, (name) => [...wanted.get(name)!.keys()].sort().join()).values()) {
      const some = cut.filter(({ name }) => names.includes(name));
      const [alone] = step.inputs.length > 0 ? [step] : stepsOf(some, facts, between);
      const select = alone!.select([...wanted.get(names[0]!)!.values()]);
      await tx.query(sql`/* publish.between */ insert into pg_temp.bridge_value
        select metric, ${raw(coordinates.join(', '))}, value, n from (${raw(select)}) m
        where dimension = any (${bridgeDimensions}::text[])`);
    }
  }
}

/** Definitions of metrics become the steps by which they are measured: what each reads, and its select. */
import { inputOf, isAdditive, type MetricDefinition, type MetricOf } from '../model/metric.ts';
import { type Basis, type Cells, cellsOf, coordinates, countSql } from './count.ts';
import { cumulativeSql, derivedSql, inputsOf, lagsOf as periodsBackOf, ownSql } from './derive.ts';
import { cleaning, type Fact } from './fact.ts';
import { type Counted, isCounted } from './measure.ts';

/** The two bases that are published. */
export const published: readonly Basis[] = [
  { name: 'raw', fixes: [] },
  { name: 'clean', fixes: cleaning },
];

/** Where values are kept: a row for each place, with the values of all metrics that are measured together. */
export const storedTable = 'unified.metric_stored';
/** The same as metric, the coordinates, value and n. */
export const valueTable = 'unified.metric_measured';

export type MetricStep = {
  /** What its metrics are measured by together, e.g. `opportunity.close_on`; of a metric by itself its name. */
  name: string;
  /** Its metrics in the order of their values. */
  names: string[];
  /** Tables of schema unified that it reads. */
  reads: string[];
  /** Metrics that it takes the values of. */
  inputs: string[];
  /** Of rows of one fact alone, by one of its days: that can be measured for some places. */
  rows: { fact: Fact; time: string | null } | null;
  /** Of one made of what its inputs are for the same key: how many periods back it looks, beside its own; null: it looks farther. */
  lags: number[] | null;
  /** Its values change with the day alone, or when a period begins. */
  isDated: false | 'by day' | 'by period';
  /** Of rows of one fact: what they add up to on these bases, which can be kept. */
  cells: ((bases: readonly Basis[]) => Cells) | null;
  /** A select of the coordinates, measures and counts, which are arrays in the order of `names`. */
  select(bases: readonly Basis[], of?: Selecting): string;
};

export type Selecting = {
  /** SQL of a table of dimension, connection_id, key, period_kind, period: no other places are measured; only of those made of others that do not look farther. */
  keys?: string | null;
  /** Where it takes the values of its inputs from. */
  values?: string;
};

/**
 * In the order in which they can be measured.
 * @throws Error naming a fact or a metric that is not there, or a circle of derived metrics.
 */
export function stepsOf(metrics: readonly MetricDefinition[], facts: readonly Fact[]): MetricStep[] {
  const counted = metrics.filter(isCounted);
  const groups = Map.groupBy(counted, ({ fact, time }) => `${fact} ${time}`);
  const base = [
    ...[...groups.values()].map((group) => countStep(group, facts)),
    ...metrics.filter((metric) => metric.kind === 'sql').map((metric) => ownStep(metric, facts)),
  ];
  return [...base, ...derivedSteps(metrics, base)];
}

/** Where a value is: the place in the arrays of its step, from 1, on a basis there that counts as another here. */
export type ValueSlot = {
  metric: string;
  step: string;
  slot: number;
  stored?: string;
  basis?: string;
  /** Totals of periods are there also where there is no value. */
  isGapless?: boolean;
};

export const slotsOf = (steps: readonly MetricStep[]): ValueSlot[] =>
  steps.flatMap(({ name, names, lags }) =>
    names.map((metric, at) => ({ metric, step: name, slot: at + 1, isGapless: (lags?.length ?? 0) > 0 })),
  );

/**
 * A select of metric, the coordinates, value and n. Every total is there even when nothing could be measured: a missing
 * input reads as null rather than as an absent row.
 * @param rows SQL of a table of step, the coordinates, measures and counts
 */
export function valuesSql(slots: readonly ValueSlot[], rows = storedTable): string {
  const isMapped = slots.some(({ stored }) => stored !== undefined);
  const list = slots.map(({ metric, step, slot, stored, basis }) =>
    isMapped ? `('${metric}', '${step}', ${slot}, '${stored}', '${basis}')` : `('${metric}', '${step}', ${slot})`,
  );
  const names = coordinates.map((name) => (isMapped && name === 'basis' ? 'm.basis' : `s.${name}`));
  const gapless = [...new Set(slots.filter(({ isGapless }) => isGapless).map(({ step }) => `'${step}'`))];
  const isShown = ["s.period_kind = 'all'", ...(gapless.length > 0 ? [`s.step in (${gapless.join(', ')})`] : [])];
  return `select m.metric, ${names.join(', ')}, s.measures[m.slot] as value, coalesce(s.counts[m.slot], 0) as n
  from (values ${list.join(', ')}) m (metric, step, slot${isMapped ? ', stored, basis' : ''})
  join ${rows} s on s.step = m.step ${isMapped ? 'and s.basis = m.stored' : ''}
  where s.step in (${[...new Set(slots.map(({ step }) => `'${step}'`))].join(', ')})
    and (s.measures[m.slot] is not null or s.counts[m.slot] > 0 or (s.dimension = 'all' and (${isShown.join(' or ')})))`;
}

export function factNamed(facts: readonly Fact[], name: string): Fact {
  const found = facts.find((fact) => fact.name === name);
  if (!found) throw new Error(`there is no fact "${name}"; the facts are ${facts.map((fact) => fact.name).join(', ')}`);
  return found;
}

function countStep(group: (MetricDefinition & Counted)[], facts: readonly Fact[]): MetricStep {
  const { fact: name, time } = group[0]!;
  const fact = factNamed(facts, name);
  const select = (bases: readonly Basis[]) => countSql(fact, time, group, bases);
  const sql = select(published);
  return {
    name: time === null ? name : `${name}.${time}`,
    names: group.map((metric) => metric.name),
    reads: tablesOf(sql),
    inputs: [],
    rows: { fact, time },
    lags: null,
    isDated: isDated(sql),
    cells: (bases) => cellsOf(fact, time, group, bases),
    select,
  };
}

function ownStep(metric: MetricDefinition & MetricOf<'sql'>, facts: readonly Fact[]): MetricStep {
  const select = (bases: readonly Basis[]) => alone(ownSql(metric, facts, bases));
  const sql = select(published);
  return { ...stepOf(metric), reads: tablesOf(sql), isDated: isDated(sql), select };
}

const stepOf = (metric: MetricDefinition) => ({
  name: metric.name,
  names: [metric.name],
  reads: [],
  inputs: inputsOf(metric),
  rows: null,
  lags: null,
  cells: null,
});

/** Values of one metric as arrays of one. */
const alone = (select: string) => `select ${coordinates.map((name) => `o.${name}`).join(', ')},
  array[o.value]::numeric[] as measures, array[o.n]::bigint[] as counts from (${select}) o`;

function derivedSteps(metrics: readonly MetricDefinition[], base: readonly MetricStep[]): MetricStep[] {
  const waiting = metrics.filter((metric) => inputsOf(metric).length > 0);
  const known = new Set(metrics.filter((metric) => !waiting.includes(metric)).map(({ name }) => name));
  const additive = new Set(metrics.filter(isAdditive).map(({ name }) => name));
  const steps: MetricStep[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex((metric) => inputsOf(metric).every((input) => known.has(input)));
    if (at < 0) {
      const stuck = waiting.map(({ name }) => name).join(', ');
      throw new Error(`${stuck}: made of a metric that is not there, or of one another`);
    }
    const [metric] = waiting.splice(at, 1);
    steps.push(derivedStep(metric!, slotsOf([...base, ...steps]), additive));
    known.add(metric!.name);
  }
  return steps;
}

/** @param slots of the steps before it */
function derivedStep(metric: MetricDefinition, slots: readonly ValueSlot[], additive: ReadonlySet<string>): MetricStep {
  const inputs = inputsOf(metric);
  const own = `(${valuesSql(slots.filter((slot) => inputs.includes(slot.metric)))})`;
  const select: MetricStep['select'] = (bases, { values = own, keys = null } = {}) => {
    const asked = keys === null ? '' : `and (${of('v')}) in (select ${of('k')} from ${keys} k)`;
    const where = `v.basis in (${bases.map(({ name }) => `'${name}'`).join(', ')}) ${asked}`;
    if (metric.kind === 'derived') return alone(derivedSql(metric, values, where, additive));
    return alone(cumulativeSql(metric as MetricDefinition & MetricOf<'cumulative'>, values, where));
  };
  return {
    ...stepOf(metric),
    reads: tablesOf(select(published)).filter((table) => table !== storedTable),
    lags: lagsOf(metric),
    // What looks back has a period more when one begins.
    isDated:
      metric.kind === 'derived' && (isDated(metric.expression) || (periodsBackOf(metric).length > 0 && 'by period')),
    select,
  };
}

const of = (alias: string) =>
  ['dimension', 'connection_id', 'key', 'period_kind', 'period'].map((name) => `${alias}.${name}`).join(', ');

function lagsOf(metric: MetricDefinition): number[] | null {
  if (metric.kind !== 'derived') return null;
  if (
    Object.values(metric.inputs)
      .map(inputOf)
      .some(({ total, ofTeam }) => total || ofTeam)
  )
    return null;
  return periodsBackOf(metric);
}

/** Tables of schema unified that a select names. */
function tablesOf(select: string): string[] {
  return [...new Set([...select.matchAll(/\bunified\.\w+/g)].map(([name]) => name))];
}

const isDated = (sql: string) => (sql.includes('assay.as_of') ? 'by day' : false);

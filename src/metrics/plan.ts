/** Definitions of metrics become the steps by which they are measured: what each reads, and its select. */
import type { MetricDefinition, MetricOf } from '../model/metric.ts';
import { type Basis, type Counted, countSql, isCounted } from './count.ts';
import { cumulativeSql, derivedSql, inputsOf, ownSql } from './derive.ts';
import { cleaning, type Fact } from './fact.ts';

/** The two bases that are published. */
export const published: readonly Basis[] = [
  { name: 'raw', fixes: [] },
  { name: 'clean', fixes: cleaning },
];

/** Where values are kept: metric, the coordinates, value and n. */
export const valueTable = 'unified.metric_measured';

export type MetricStep = {
  names: string[];
  /** Tables of schema unified that it reads. */
  reads: string[];
  /** Metrics that it takes the values of. */
  inputs: string[];
  /** Of one fact alone: that can be measured for some keys of its dimensions. */
  fact: Fact | null;
  /** Its values change with the day alone. */
  isDated: boolean;
  /**
   * @param keys SQL of a table of dimension, connection_id, key; only of a fact
   * @returns a select of metric, the coordinates, value and n
   */
  select(bases: readonly Basis[], keys?: string | null): string;
};

/**
 * In the order in which they can be measured.
 * @throws Error naming a fact or a metric that is not there, or a circle of derived metrics.
 */
export function stepsOf(
  metrics: readonly MetricDefinition[],
  facts: readonly Fact[],
  values = valueTable,
): MetricStep[] {
  const counted = metrics.filter(isCounted);
  const groups = Map.groupBy(counted, ({ fact, time }) => `${fact} ${time}`);
  const base = [
    ...[...groups.values()].map((group) => countStep(group, facts)),
    ...metrics.filter((metric) => metric.kind === 'sql').map((metric) => ownStep(metric, facts)),
  ];
  return [...base, ...derivedSteps(metrics, values)];
}

export function factNamed(facts: readonly Fact[], name: string): Fact {
  const found = facts.find((fact) => fact.name === name);
  if (!found) throw new Error(`there is no fact "${name}"; the facts are ${facts.map((fact) => fact.name).join(', ')}`);
  return found;
}

function countStep(group: (MetricDefinition & Counted)[], facts: readonly Fact[]): MetricStep {
  const { fact: name, time } = group[0]!;
  const fact = factNamed(facts, name);
  const select = (bases: readonly Basis[], keys: string | null = null) => countSql(fact, time, group, bases, keys);
  const sql = select(published);
  return {
    names: group.map((metric) => metric.name),
    reads: tablesOf(sql),
    inputs: [],
    fact,
    isDated: isDated(sql),
    select,
  };
}

function ownStep(metric: MetricDefinition & MetricOf<'sql'>, facts: readonly Fact[]): MetricStep {
  const select = (bases: readonly Basis[]) => ownSql(metric, facts, bases);
  const sql = select(published);
  return { names: [metric.name], reads: tablesOf(sql), inputs: [], fact: null, isDated: isDated(sql), select };
}

function derivedSteps(metrics: readonly MetricDefinition[], values: string): MetricStep[] {
  const waiting = metrics.filter((metric) => inputsOf(metric).length > 0);
  const known = new Set(metrics.filter((metric) => !waiting.includes(metric)).map(({ name }) => name));
  const steps: MetricStep[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex((metric) => inputsOf(metric).every((input) => known.has(input)));
    if (at < 0) {
      const stuck = waiting.map(({ name }) => name).join(', ');
      throw new Error(`${stuck}: made of a metric that is not there, or of one another`);
    }
    const [metric] = waiting.splice(at, 1);
    steps.push(derivedStep(metric!, values));
    known.add(metric!.name);
  }
  return steps;
}

function derivedStep(metric: MetricDefinition, values: string): MetricStep {
  return {
    names: [metric.name],
    reads: [],
    inputs: inputsOf(metric),
    fact: null,
    isDated: metric.kind === 'derived' && isDated(metric.expression),
    select(bases) {
      const where = `v.basis in (${bases.map(({ name }) => `'${name}'`).join(', ')})`;
      if (metric.kind === 'derived') return derivedSql(metric, values, where);
      return cumulativeSql(metric as MetricDefinition & MetricOf<'cumulative'>, values, where);
    },
  };
}

/** Tables of schema unified that a select names. */
function tablesOf(select: string): string[] {
  return [...new Set([...select.matchAll(/\bunified\.\w+/g)].map(([name]) => name))];
}

const isDated = (sql: string) => sql.includes('assay.as_of');

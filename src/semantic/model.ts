/** Metrics, facts and published tables become one semantic model that names no tool: datasets, how they join, and what is measured. */
import { readMarts, type Mart } from '../marts/read.ts';
import { fixes, cleaning, type Fact } from '../metrics/fact.ts';
import { factNamed } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import { inputOf, type Measure, type MetricDefinition } from '../model/metric.ts';

export type Dataset = {
  name: string;
  description: string;
  key: string[];
  columns: { name: string; description: string }[];
};
export type Relationship = { from: string; to: string; columns: [from: string, to: string][] };
/** An aggregate of the rows of one table, in its columns. `where`: null where all rows count. */
export type Aggregate = { table: string; aggregate: Measure['aggregate']; of: string | null; where: string | null };
/** What a metric is made of on the clean basis. */
export type Formula =
  | { kind: 'simple'; measure: Aggregate }
  | { kind: 'ratio'; numerator: Aggregate; denominator: Aggregate }
  | { kind: 'derived'; inputs: { name: string; metric: string; periodsBack: number }[]; expression: string }
  | { kind: 'cumulative'; metric: string; periods: number | null };
export type ModelMetric = Pick<MetricDefinition, 'name' | 'title' | 'description' | 'unit'> & {
  /** The table and the day of its rows; null for metrics of other metrics. */
  at: { table: string; time: string } | null;
  dimensions: { name: string; sql: string }[];
  formula: Formula;
};
export type SemanticModel = {
  datasets: Dataset[];
  relationships: Relationship[];
  metrics: ModelMetric[];
  /** Metrics that it cannot say, and why. */
  left: { metric: string; reason: string }[];
};

/** Columns that name a key of another table otherwise. */
const aliases: Record<string, string> = { owner_id: 'user_id' };

/** @param metrics all there are */
export async function semanticModel(metrics: readonly MetricDefinition[]): Promise<SemanticModel> {
  const { tables } = await readMarts();
  const datasets = tables.map(({ name, grain, key, columns }): Dataset => ({
    name,
    description: `One row: ${grain}`,
    key,
    columns,
  }));
  const said: ModelMetric[] = [];
  const left: SemanticModel['left'] = [];
  const known = new Set(tables.map(({ name }) => name));
  const reasons = new Map(metrics.map((metric) => [metric.name, reasonAgainst(metric, known)]));
  // A metric of others can be said when those can.
  for (let isMore = true; isMore;) {
    isMore = false;
    for (const metric of metrics) {
      const missing = inputNames(metric).find((name) => reasons.get(name));
      if (reasons.get(metric.name) || missing === undefined) continue;
      reasons.set(metric.name, `it is made of ${missing}, which is not here`);
      isMore = true;
    }
  }
  for (const metric of metrics) {
    const reason = reasons.get(metric.name);
    if (reason) left.push({ metric: metric.name, reason });
    else said.push(modelled(metric));
  }
  return { datasets, relationships: relationshipsOf(tables), metrics: said, left };
}

function inputNames(metric: MetricDefinition): string[] {
  if (metric.kind === 'cumulative') return [metric.metric];
  return metric.kind === 'derived' ? Object.values(metric.inputs).map((input) => inputOf(input).metric) : [];
}

const upToToday = 'it counts up to the day of the publication';

function reasonAgainst(metric: MetricDefinition, known: ReadonlySet<string>): string | null {
  switch (metric.kind) {
    case 'sql':
      return 'it has SQL of its own';
    case 'conversion':
      return upToToday;
    case 'derived': {
      const inputs = Object.values(metric.inputs).map(inputOf);
      if (inputs.some(({ total }) => total)) return 'it takes the total of another metric';
      return inputs.some(({ ofTeam }) => ofTeam) ? 'of a manager it takes the value of the team' : null;
    }
    case 'cumulative':
      return null;
    default: {
      const fact = factNamed(facts, metric.fact);
      if (!known.has(fact.from)) return 'its rows are a view of other tables';
      if (metric.time === null) return 'its rows have no day';
      if (speaksOfJoins(fact, metric)) return 'its rows are joined from several tables';
      return JSON.stringify(modelled(metric)).includes('current_setting') ? upToToday : null;
    }
  }
}

/** Joins are of one row each: a left one leaves the rows as they are, and matters to metrics alone that name its columns. */
function speaksOfJoins({ joins = '' }: Fact, metric: MetricDefinition): boolean {
  if (/(?<!left )\bjoin\b/.test(joins)) return true;
  const said = JSON.stringify(modelled(metric));
  return [...joins.matchAll(/(\w+) on /g)].some(([, alias]) => said.includes(`${alias}.`));
}

/** SQL over the columns of the published table on the clean basis. @param text SQL over the columns of the fact */
function cleanSql(fact: Fact, text: string): string {
  const names = Object.keys(fact.columns).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`\\b(${names.join('|')})\\b(?!')`, 'g');
  return plain(text.replaceAll(pattern, (name) => bracketed(fact.columns[name]!)));
}

/** The basis is clean, and the table has no alias. */
function plain(text: string): string {
  const isOn = (fix: string) => cleaning.some((one) => one === fix);
  const fixed = fixes.reduce((sql, fix) => sql.replaceAll(`b.${fix}`, String(isOn(fix))), text);
  return fixed
    .replaceAll(/\bf\./g, '')
    .replaceAll(/case when true then (\w+) else [\w.']+ end/g, '$1')
    .replaceAll(/ and not \(false and \w+\)/g, '')
    .replaceAll(/\((\w+)\)/g, '$1');
}

const bracketed = (sql: string) => (/^[\w.]+$/.test(sql) ? sql : `(${sql})`);

function aggregateOf(fact: Fact, { aggregate, of, where }: Measure): Aggregate {
  const counts = fact.where === undefined ? null : plain(fact.where).replace(/^not true or /, '');
  const own = where === 'true' ? null : cleanSql(fact, where);
  const all = [counts, own].filter((one) => one !== null && one !== 'true');
  return {
    table: fact.from,
    aggregate,
    of: of === undefined ? null : cleanSql(fact, of),
    where: all.length === 0 ? null : all.map((one) => (all.length > 1 ? `(${one})` : one)).join(' and '),
  };
}

function modelled(metric: MetricDefinition): ModelMetric {
  const { name, title, description, unit } = metric;
  const base = { name, title, description, unit, at: null, dimensions: [] };
  if (metric.kind === 'cumulative')
    return { ...base, formula: { kind: 'cumulative', metric: metric.metric, periods: metric.periods } };
  if (metric.kind === 'derived') {
    const inputs = Object.entries(metric.inputs).map(([own, input]) => {
      const { metric: of, periodsBack } = inputOf(input);
      return { name: own, metric: of, periodsBack };
    });
    return { ...base, formula: { kind: 'derived', inputs, expression: metric.expression } };
  }
  if (metric.kind !== 'simple' && metric.kind !== 'ratio') throw new Error(`${name} has no formula.`);
  const fact = factNamed(facts, metric.fact);
  const formula: Formula =
    metric.kind === 'simple'
      ? { kind: 'simple', measure: aggregateOf(fact, metric.measure) }
      : {
          kind: 'ratio',
          numerator: aggregateOf(fact, metric.numerator),
          denominator: aggregateOf(fact, metric.denominator),
        };
  const dimensions = metric.dimensions.flatMap((dimension) => {
    const found = fact.dimensions[dimension];
    return found ? [{ name: dimension, sql: cleanSql(fact, found.column) }] : [];
  });
  return { ...base, at: { table: fact.from, time: cleanSql(fact, metric.time!) }, dimensions, formula };
}

/** A table joins another whose whole key it has in its columns. */
function relationshipsOf(tables: readonly Mart[]): Relationship[] {
  const targets = tables.filter(({ name }) => name.startsWith('dim_') && name !== 'dim_date');
  return tables.flatMap(({ name, columns }) =>
    targets.flatMap((target): Relationship[] => {
      if (target.name === name) return [];
      const pairs = target.key.map((key) => {
        const own = columns.find((column) => column.name === key || aliases[column.name] === key);
        return own ? ([own.name, key] as [string, string]) : null;
      });
      return pairs.every((pair) => pair !== null) ? [{ from: name, to: target.name, columns: pairs }] : [];
    }),
  );
}

/** Raw becomes clean step by step: which bases lie between, for which metric, and the records that a step moves. */
import type { MetricDefinition } from '../model/metric.ts';
import { type Basis, rowsOf, textsOf } from './count.ts';
import { factsIn, inputsOf } from './derive.ts';
import { cleaning, type Fact, type Fix, fixes, fixesOf } from './fact.ts';
import { type Counted, isCounted, measuresOf } from './measure.ts';
import { factNamed, type MetricStep, type ValueSlot, slotsOf, stepsOf } from './plan.ts';

/** The steps in their order, each with the fix it is. */
export const bridgeSteps: readonly { step: string; fix: Fix; title: string }[] = [
  { step: 'account_copies', fix: 'accounts', title: 'Copies of accounts' },
  { step: 'person_copies', fix: 'people', title: 'Copies of people and leads' },
  { step: 'deal_copies', fix: 'deals', title: 'Copies of deals' },
  { step: 'staleness', fix: 'stale', title: 'Stale deals' },
  { step: 'missing_links', fix: 'links', title: 'Missing links' },
];

/** Dimensions a bridge is made for. */
export const bridgeDimensions = ['all', 'org', 'owner', 'team'];

/** One step by the names of the bases before and after it, and of the basis with this fix alone. */
export type BridgeStep = { step: string; place: number; before: string; after: string; alone: string };

/** The fixes that change what each metric says. */
function fixesByMetric(metrics: readonly MetricDefinition[], facts: readonly Fact[]): Map<string, Set<Fix>> {
  const known = new Map<string, Set<Fix>>();
  const named = new Map(metrics.map((metric) => [metric.name, metric]));
  const look = (metric: MetricDefinition): Set<Fix> => {
    const found = known.get(metric.name) ?? own(metric);
    known.set(metric.name, found);
    return found;
  };
  const own = (metric: MetricDefinition): Set<Fix> => {
    if (isCounted(metric)) {
      const fact = factNamed(facts, metric.fact);
      return fixesOf(fact, textsOf(metric, fact));
    }
    if (metric.kind === 'sql')
      return new Set(factsIn(metric.select, facts).flatMap(({ fact, columns }) => [...fixesOf(fact, columns)]));
    return new Set(inputsOf(metric).flatMap((input) => [...look(named.get(input)!)]));
  };
  for (const metric of metrics) look(metric);
  return known;
}

/** The basis with these fixes, as far as they change anything. */
function basisOf(changing: ReadonlySet<Fix>, on: readonly Fix[]): Basis {
  const effective = fixes.filter((fix) => on.includes(fix) && changing.has(fix));
  const clean = cleaning.filter((fix) => changing.has(fix));
  if (effective.length === 0) return { name: 'raw', fixes: [] };
  const isClean = effective.length === clean.length && effective.every((fix) => clean.includes(fix));
  return isClean ? { name: 'clean', fixes: cleaning } : { name: effective.join('+'), fixes: effective };
}

/** Steps that change something, in total or alone, and the bases between raw and clean they need. */
function bridgeOf(changing: ReadonlySet<Fix>): { steps: BridgeStep[]; bases: Basis[] } {
  const steps: BridgeStep[] = [];
  const bases = new Map<string, Basis>();
  const named = (on: readonly Fix[]) => {
    const basis = basisOf(changing, on);
    if (isBetween(basis)) bases.set(basis.name, basis);
    return basis.name;
  };
  let done: Fix[] = [];
  for (const [place, { step, fix }] of bridgeSteps.entries()) {
    const before = named(done);
    // Stale deals stay in the pipeline: the step moves nothing, and says what leaving them out would.
    done = cleaning.includes(fix) ? [...done, fix] : done;
    const after = named(done);
    const alone = named([fix]);
    if (before !== after || alone !== 'raw') steps.push({ step, place: place + 1, before, after, alone });
  }
  return { steps, bases: [...bases.values()] };
}

/** Metrics of one step of measuring that are measured on the same bases between raw and clean, and what their bridge is made of. */
export type Bridge = {
  /** Of the step as a whole, and where its values are in the arrays, in the order of `names`. */
  step: string;
  slots: number[];
  /** What its values between are kept under. */
  name: string;
  names: string[];
  steps: BridgeStep[];
  /** The bases its own steps are between. */
  own: Basis[];
  /** Those, and what metrics made of it are measured on. */
  bases: Basis[];
  /** Metrics that it takes the values of, and where these are on each of the bases. */
  inputs: string[];
  from: ValueSlot[];
  lags: number[] | null;
  rows: MetricStep['rows'];
  cells: MetricStep['cells'];
  select: MetricStep['select'];
};

/**
 * In the order in which they can be measured. What no fix of a basis changes is there under the name of a basis it equals.
 */
export function bridgesOf(metrics: readonly MetricDefinition[], facts: readonly Fact[]): Bridge[] {
  const changing = fixesByMetric(metrics, facts);
  const steps = stepsOf(metrics, facts);
  const named = new Map(metrics.map((metric) => [metric.name, metric]));
  const stored = new Map(slotsOf(steps).map((slot) => [slot.metric, slot]));
  const wanted = basesByMetric(steps, changing);
  const between = new Map<string, ValueSlot>();
  const from = (input: string, basis: Basis): ValueSlot => {
    const there = basisOf(changing.get(input)!, basis.fixes);
    return { ...(isBetween(there) ? between : stored).get(input)!, stored: there.name, basis: basis.name };
  };
  return steps.flatMap((step) => {
    const groups = Map.groupBy(step.names, (name) => [...wanted.get(name)!.keys()].sort().join());
    return [...groups.values()].map((names, part): Bridge => {
      const name = groups.size === 1 ? step.name : `${step.name}.${part + 1}`;
      const some = names.map((one) => named.get(one)!);
      const alone = groups.size === 1 ? step : stepsOf(some, facts)[0]!;
      for (const [at, metric] of names.entries()) between.set(metric, { metric, step: name, slot: at + 1 });
      const bases = [...wanted.get(names[0]!)!.values()];
      const own = bridgeOf(new Set(names.flatMap((one) => [...changing.get(one)!])));
      return {
        step: step.name,
        slots: names.map((one) => stored.get(one)!.slot),
        name,
        names,
        steps: own.steps,
        own: own.bases,
        bases,
        inputs: step.inputs,
        from: bases.flatMap((basis) => step.inputs.map((input) => from(input, basis))),
        lags: step.lags,
        rows: step.rows,
        cells: alone.cells,
        select: alone.select,
      };
    });
  });
}

/** The bases between that each metric is measured on, by name: those of its own bridge, and of metrics made of it. */
function basesByMetric(
  steps: readonly MetricStep[],
  changing: ReadonlyMap<string, ReadonlySet<Fix>>,
): Map<string, Map<string, Basis>> {
  const wanted = new Map<string, Map<string, Basis>>(
    [...changing].map(([name, own]) => [name, new Map(bridgeOf(own).bases.map((basis) => [basis.name, basis]))]),
  );
  for (const step of steps.toReversed()) {
    for (const basis of step.names.flatMap((name) => [...wanted.get(name)!.values()])) {
      for (const input of step.inputs) {
        const there = basisOf(changing.get(input)!, basis.fixes);
        if (isBetween(there)) wanted.get(input)!.set(there.name, there);
      }
    }
  }
  return wanted;
}

const isBetween = ({ name }: Basis) => name !== 'raw' && name !== 'clean';

/**
 * A select of connection_id, record_id, owner_id, day, before and after: the records of a fact that count otherwise after a
 * step. Null where a record does not count; else what it counts with.
 * @param before,after fixes
 */
export function recordsSql(
  fact: Fact,
  metric: MetricDefinition & Counted,
  before: readonly Fix[],
  after: readonly Fix[],
): string {
  const bases: Basis[] = [
    { name: 'before', fixes: before },
    { name: 'after', fixes: after },
  ];
  const counts = measuresOf(metric).map(
    ({ of, where }) => `case when ${where} then coalesce((${of ?? '1'})::text, 'unknown') end`,
  );
  const of = (basis: string) => `array_agg(counted) filter (where basis = '${basis}')`;
  const owner = fact.dimensions['owner'] ? `max(${fact.dimensions['owner'].column})` : 'null::text';
  return `select connection_id, record_id, owner_id, day, before[1] as before, after[1] as after from (
    select connection_id, ${fact.id} as record_id, ${owner} as owner_id, max(${metric.time ?? 'null::date'}) as day,
      (${of('before')})[1:1] as before, (${of('after')})[1:1] as after
    from (select *, array_to_string(array[${counts.join(', ')}], ' of ', '-') as counted
      from (${rowsOf(fact, bases, Object.keys(fact.columns))}) r) c
    group by connection_id, ${fact.id}
  ) m where before is distinct from after`;
}

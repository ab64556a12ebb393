/** Raw becomes clean step by step: which bases lie between, for which metric, and the records that a step moves. */
import type { MetricDefinition } from '../model/metric.ts';
import { type Basis, type Counted, isCounted, measuresOf, rowsOf, textsOf } from './count.ts';
import { factsIn, inputsOf } from './derive.ts';
import { cleaning, type Fact, type Fix, fixes, fixesOf } from './fact.ts';
import { factNamed } from './plan.ts';

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

/** One step of one metric, by the names of the bases before and after it, and of the basis with this fix alone. */
export type BridgeStep = { metric: string; step: string; place: number; before: string; after: string; alone: string };

/** The fixes that change what each metric says. */
export function fixesByMetric(metrics: readonly MetricDefinition[], facts: readonly Fact[]): Map<string, Set<Fix>> {
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

/** The basis of a metric with these fixes, as far as they change anything. */
function basisOf(changing: ReadonlySet<Fix>, on: readonly Fix[]): Basis {
  const effective = fixes.filter((fix) => on.includes(fix) && changing.has(fix));
  const clean = cleaning.filter((fix) => changing.has(fix));
  if (effective.length === 0) return { name: 'raw', fixes: [] };
  const isClean = effective.length === clean.length && effective.every((fix) => clean.includes(fix));
  return isClean ? { name: 'clean', fixes: cleaning } : { name: effective.join('+'), fixes: effective };
}

/** Steps that change something, in total or alone, and the bases between raw and clean they need. */
export function bridgeOf(metric: string, changing: ReadonlySet<Fix>): { steps: BridgeStep[]; bases: Basis[] } {
  const steps: BridgeStep[] = [];
  const bases = new Map<string, Basis>();
  const named = (on: readonly Fix[]) => {
    const basis = basisOf(changing, on);
    if (basis.name !== 'raw' && basis.name !== 'clean') bases.set(basis.name, basis);
    return basis.name;
  };
  let done: Fix[] = [];
  for (const [place, { step, fix }] of bridgeSteps.entries()) {
    const before = named(done);
    // Stale deals stay in the pipeline: the step moves nothing, and says what leaving them out would.
    done = cleaning.includes(fix) ? [...done, fix] : done;
    const after = named(done);
    const alone = named([fix]);
    if (before !== after || alone !== 'raw') steps.push({ metric, step, place: place + 1, before, after, alone });
  }
  return { steps, bases: [...bases.values()] };
}

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

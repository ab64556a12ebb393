/** Raw becomes clean step by step: which bases lie between, for which metric, and the records that a step moves. */
import type { MetricDefinition } from '../model/metric.ts';
import { type Basis, isCounted, textsOf } from './count.ts';
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

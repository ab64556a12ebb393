/** One run goes the whole way: every stage over every subject, in order, leaving out what a crashed attempt had finished. */
import { crashPoint } from '../model/crash-point.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { StageName, StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { stages } from './index.ts';

/** Where a run keeps which steps are done, so that the next worker goes on instead of starting over. */
export type StageLedger = {
  isDone(stage: StageName, subject: string): Promise<boolean>;
  start(stage: StageName, subject: string): Promise<void>;
  finish(stage: StageName, subject: string, result: StageResult): Promise<void>;
  /** The subject was left out, and why. */
  skip(stage: StageName, subject: string, reason: string): Promise<void>;
};

/**
 * Returns the warnings of all steps; none means `succeeded`.
 * @throws DomainError of the step that failed; nothing is published unless publish itself was reached.
 */
export async function runPipeline(context: Context, ledger: StageLedger): Promise<string[]> {
  const warnings: string[] = [];
  const step = async ({ name, run }: Step['stage'], subject: string) => {
    context.signal.throwIfAborted();
    if (await ledger.isDone(name, subject)) return;
    await ledger.start(name, subject);
    crashPoint(`${name}.started`);
    try {
      const result = await run(withCrashPoints(context, name), subject);
      crashPoint(`${name}.ran`);
      warnings.push(...(result.warnings ?? []));
      await ledger.finish(name, subject, result);
      crashPoint(`${name}.finished`);
    } catch (error) {
      if (!isSkippable(context, name, subject, error)) throw error;
      warnings.push(`${subject} was left out: ${error.message}`);
      await ledger.skip(name, subject, error.message);
    }
  };
  for (const { chains, lanes } of turns(context)) {
    await inLanes(chains, lanes, ({ stage, subject }) => step(stage, subject));
  }
  return warnings;
}

type Step = { stage: (typeof stages)[number]; subject: string };
/** Chains of steps that may go on side by side, each in its order. */
type Turn = { chains: Step[][]; lanes: number };

/** Entities are taken through all of their stages side by side: matching computes here while PostgreSQL writes the other's. */
const entityLanes = 2;

/** Stage by stage, but for those of entities: one entity goes through all of them, and deals come after the others. */
function turns(context: Context): Turn[] {
  const ofEntities = stages.filter(({ of }) => of === 'each entity');
  return stages.flatMap((stage): Turn[] => {
    if (stage.of !== 'each entity') {
      const chains = subjectsOf(context, stage.of).map((subject) => [{ stage, subject }]);
      return [{ chains, lanes: stage.lanes ?? 1 }];
    }
    if (stage !== ofEntities[0]) return [];
    const chainOf = ({ name }: EntityDefinition) => ofEntities.map((one) => ({ stage: one, subject: name }));
    const { entities } = context.definitions;
    return [entities.filter((one) => !isDeal(one)), entities.filter(isDeal)].map((group) => ({
      chains: group.map(chainOf),
      lanes: entityLanes,
    }));
  });
}

const isDeal = ({ matcher }: EntityDefinition): boolean => matcher === 'deal';

/** Every transaction of a stage can be cut off on either side of its commit. */
function withCrashPoints(context: Context, stage: StageName): Context {
  return {
    ...context,
    async write(work) {
      const result = await context.write(async (tx) => {
        const done = await work(tx);
        crashPoint(`${stage}.before_commit`);
        return done;
      });
      crashPoint(`${stage}.after_commit`);
      return result;
    },
  };
}

/**
 * Takes the chains in order, up to `lanes` at once. After a fault no further step is begun, and those under way are
 * waited for: no step may still write when the run is given back.
 * @throws the first fault.
 */
async function inLanes(chains: Step[][], lanes: number, work: (step: Step) => Promise<void>): Promise<void> {
  const waiting = [...chains];
  const faults: unknown[] = [];
  const lane = async () => {
    for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift()) {
      for (const step of chain) {
        if (faults.length > 0) return;
        await work(step).catch((error: unknown) => faults.push(error));
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (faults.length > 0) throw faults[0];
}

function subjectsOf({ definitions, run }: Context, of: 'each object' | 'the whole'): string[] {
  if (of === 'the whole') return ['all'];
  const names = definitions.objects.map(({ name }) => name);
  return run.objects === null ? names : names.filter((name) => run.objects?.includes(name));
}

/** An object that the Salesforce user may not see is left out with a warning, unless the definitions call it required. */
function isSkippable(context: Context, stage: StageName, subject: string, error: unknown): error is DomainError {
  if (stage !== 'pull' || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') return false;
  return context.definitions.objects.some(({ name, required }) => name === subject && !required);
}

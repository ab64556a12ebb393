/** One run goes the whole way: every subject through every stage, turn by turn, leaving out what a crashed attempt had finished. */
import { crashPoint } from '../model/crash-point.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { StageName, StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { inForce } from '../quality/in-force.ts';
import { type Stage, type Turn, turns } from './index.ts';

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
export async function runPipeline(given: Context, ledger: StageLedger): Promise<string[]> {
  const context = { ...given, definitions: await inForce(given.db, given.definitions) };
  const warnings: string[] = [];
  const step = async ({ name, run }: Stage, subject: string) => {
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
  for (const { of, lanes, stages } of turns) {
    const chains = waysOf(context, of).map((subjects) =>
      subjects.flatMap((subject) => stages.map((stage) => ({ stage, subject }))),
    );
    await inLanes(chains, lanes, ({ stage, subject }) => step(stage, subject));
  }
  return warnings;
}

type Step = { stage: Stage; subject: string };

/** Chains of subjects that wait for one another. */
function waysOf({ definitions, run }: Context, of: Turn['of']): string[][] {
  const { objects, entities } = definitions;
  switch (of) {
    case 'the whole':
      return [['all']];
    case 'each object': {
      const names = objects.map(({ name }) => name);
      return names.filter((name) => run.objects === null || run.objects.includes(name)).map((name) => [name]);
    }
    case 'each entity':
      return inOrder(entities);
  }
}

/** Entities that wait for one another share a chain, each after those it names. */
export function inOrder(entities: readonly Pick<EntityDefinition, 'name' | 'after'>[]): string[][] {
  const chains: string[][] = [];
  const waiting = [...entities];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ after }) => !waiting.some(({ name }) => after.includes(name)));
    const [next] = waiting.splice(Math.max(0, at), 1);
    const joined = chains.filter((chain) => chain.some((name) => next!.after.includes(name)));
    for (const chain of joined) chains.splice(chains.indexOf(chain), 1);
    chains.push([...joined.flat(), next!.name]);
  }
  return chains;
}

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

/** An object that the Salesforce user may not see is left out with a warning, unless the definitions call it required. */
function isSkippable(context: Context, stage: StageName, subject: string, error: unknown): error is DomainError {
  if (stage !== 'pull' || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') return false;
  return context.definitions.objects.some(({ name, required }) => name === subject && !required);
}

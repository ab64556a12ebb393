/** One run goes the whole way: every subject through every stage, turn by turn, leaving out what a crashed attempt had finished. */
import { crashPoint } from '../model/crash-point.ts';
import { DomainError } from '../model/errors.ts';
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
  const step = async ({ name, run, asksSalesforce }: Stage, subject: string) => {
    context.signal.throwIfAborted();
    if (asksSalesforce && context.run.mode === 'local') return;
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
    await inLanes(waysOf(context, of), lanes, async ({ subject }, isStopped) => {
      for (const stage of stages) if (!isStopped()) await step(stage, subject);
    });
  }
  return warnings;
}

/** A subject, and those that it waits for. */
export type Way = { subject: string; after: readonly string[] };

function waysOf({ definitions, run }: Context, of: Turn['of']): Way[] {
  const { objects, entities } = definitions;
  switch (of) {
    case 'the whole':
      return [{ subject: 'all', after: [] }];
    case 'each object': {
      const names = objects.map(({ name }) => name);
      const wanted = names.filter((name) => run.objects === null || run.objects.includes(name));
      return wanted.map((subject) => ({ subject, after: [] }));
    }
    case 'each entity':
      return entities.map(({ name, after }) => ({ subject: name, after }));
  }
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
 * Takes the ways in order, up to `lanes` at once, each when those it names have gone theirs. After a fault no further way
 * or step is begun, and those under way are waited for: no step may still write when the run is given back.
 * @throws the first fault.
 */
export async function inLanes(
  ways: readonly Way[],
  lanes: number,
  go: (way: Way, isStopped: () => boolean) => Promise<void>,
): Promise<void> {
  const waiting = [...ways];
  const gone = new Set<string>();
  const faults: unknown[] = [];
  const isStopped = () => faults.length > 0;
  const isOpen = (name: string) => !gone.has(name) && ways.some(({ subject }) => subject === name);
  const running = new Set<Promise<void>>();
  while (!isStopped()) {
    const at = waiting.findIndex(({ after }) => !after.some(isOpen));
    if (at !== -1 && running.size < lanes) {
      const [way] = waiting.splice(at, 1);
      const work = go(way!, isStopped)
        .catch((error: unknown) => void faults.push(error))
        .finally(() => {
          gone.add(way!.subject);
          running.delete(work);
        });
      running.add(work);
    } else if (running.size > 0) await Promise.race(running);
    else break;
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}

/** An object that the Salesforce user may not see is left out with a warning, unless the definitions call it required. */
function isSkippable(context: Context, stage: StageName, subject: string, error: unknown): error is DomainError {
  if (stage !== 'pull' || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') return false;
  return context.definitions.objects.some(({ name, required }) => name === subject && !required);
}

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
  for (const { stage, subjects } of turns(context)) {
    const step = async (subject: string) => {
      context.signal.throwIfAborted();
      if (await ledger.isDone(stage.name, subject)) return;
      await ledger.start(stage.name, subject);
      crashPoint(`${stage.name}.started`);
      try {
        const result = await stage.run(withCrashPoints(context, stage.name), subject);
        crashPoint(`${stage.name}.ran`);
        warnings.push(...(result.warnings ?? []));
        await ledger.finish(stage.name, subject, result);
        crashPoint(`${stage.name}.finished`);
      } catch (error) {
        if (!isSkippable(context, stage.name, subject, error)) throw error;
        warnings.push(`${subject} was left out: ${error.message}`);
        await ledger.skip(stage.name, subject, error.message);
      }
    };
    await inLanes(subjects, stage.lanes ?? 1, step);
  }
  return warnings;
}

type Turn = { stage: (typeof stages)[number]; subjects: string[] };

/** Stage by stage, but for those of entities: one entity goes through all of them before the next. */
function turns(context: Context): Turn[] {
  const ofEntities = stages.filter(({ of }) => of === 'each entity');
  return stages.flatMap((stage): Turn[] => {
    if (stage.of !== 'each entity') return [{ stage, subjects: subjectsOf(context, stage.of) }];
    if (stage !== ofEntities[0]) return [];
    return subjectsOf(context, stage.of).flatMap((name) => ofEntities.map((one) => ({ stage: one, subjects: [name] })));
  });
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
 * Takes the subjects in order, up to `lanes` at once. After a fault no further one is begun, and those under way are
 * waited for: no step may still write when the run is given back.
 * @throws the first fault.
 */
async function inLanes(subjects: string[], lanes: number, step: (subject: string) => Promise<void>): Promise<void> {
  const waiting = [...subjects];
  const faults: unknown[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined && faults.length === 0; next = waiting.shift()) {
      await step(next).catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (faults.length > 0) throw faults[0];
}

function subjectsOf({ definitions, run }: Context, of: (typeof stages)[number]['of']): string[] {
  if (of === 'the whole') return ['all'];
  if (of === 'each entity') {
    const isDeal = ({ matcher }: EntityDefinition) => Number(matcher === 'deal');
    return definitions.entities.toSorted((a, b) => isDeal(a) - isDeal(b)).map(({ name }) => name);
  }
  const names = definitions.objects.map(({ name }) => name);
  return run.objects === null ? names : names.filter((name) => run.objects?.includes(name));
}

/** An object that the Salesforce user may not see is left out with a warning, unless the definitions call it required. */
function isSkippable(context: Context, stage: StageName, subject: string, error: unknown): error is DomainError {
  if (stage !== 'pull' || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') return false;
  return context.definitions.objects.some(({ name, required }) => name === subject && !required);
}

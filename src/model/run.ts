/** A run: one sync of one org, from queued to its end, as the database and the API both tell it. */
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';

export const runState = z.enum([
  'queued',
  // Queued, and not to be taken before a time: Salesforce is away, or has no requests left. No row says so in one word.
  'waiting',
  'running',
  'canceling',
  'succeeded',
  'succeeded_with_warnings',
  'failed',
  'canceled',
]);
export type RunState = z.infer<typeof runState>;

/** States in which a run still holds its org. */
export const activeStates = ['queued', 'waiting', 'running', 'canceling'] as const satisfies RunState[];
/** States whose result was published. */
export const completeStates = ['succeeded', 'succeeded_with_warnings'] as const satisfies RunState[];

/**
 * `auto` is a full pull of objects never pulled before and an incremental one of the others; `local` asks Salesforce nothing
 * and works through what is mirrored.
 */
export const runMode = z.enum(['auto', 'full', 'incremental', 'local']);
export type RunMode = z.infer<typeof runMode>;

export const runTrigger = z.enum(['http', 'schedule', 'cli']);
export type RunTrigger = z.infer<typeof runTrigger>;

/** The verb of a stage; src/pipeline/index.ts lists them in the order a record passes them. */
export type StageName = string;

/** What one stage did to one subject (an object, an entity, or the whole). */
export type StageResult = {
  /** Rows looked at and rows changed; a second run with nothing new changes none. */
  readCount: number;
  changedCount: number;
  /** Anything worth telling about this stage, in plain words. A warning makes the run `succeeded_with_warnings`. */
  warnings?: string[];
  detail?: Record<string, number | string | boolean | null>;
};

/** `run_<uuidv7>`: sorts by time, legal as a BullMQ job id. */
export function newRunId(): string {
  return `run_${uuidv7()}`;
}

/** The one connection there is until connections become rows of the API. */
export const defaultConnectionId = 'default';

/** What the pipeline needs from outside and a test may stand in for: a clock and a log. The other ports are source.ts and notifier.ts. */

export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** The part of pino that the code uses; entries make the root logger. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** One part of a step that worker processes share; `part` null closes the step, when all others are done. */
export type PartJob = { flowId: string; part: number | null; partCount: number };

/** The queue that hands parts to worker processes. */
export type PartQueue = {
  /** Worker processes that take parts now, this one among them. */
  workerCount(): Promise<number>;
  /**
   * Resolves when every part of the flow was done, and its closing job.
   * @throws Error when one was given up; the reason of `signal`
   */
  run(flowId: string, partCount: number, signal: AbortSignal): Promise<void>;
};

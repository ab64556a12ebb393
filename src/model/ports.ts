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

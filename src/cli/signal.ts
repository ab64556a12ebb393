/** SIGTERM and SIGINT become one orderly close of what an entry has started. */

/** Milliseconds a close may take: 20 s are promised, and orchestrators commonly kill after 30 s. */
const closeDeadline = 19_500;
/** Milliseconds within which a signal is the same one again: a terminal sends it to every process, and so may who started this one. */
const again = 1_000;

/** Calls `stop` at the first signal of `signals`; a later one, by somebody who will not wait, ends the process at once. */
export function onSignal(signals: NodeJS.Signals[], stop: () => void): void {
  let first: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now();
        stop();
      } else if (performance.now() - first > again) process.exit(1);
    });
  }
}

/**
 * Runs `close` once on SIGTERM or SIGINT, then ends the process: with 0 also when the close is late, since what is then
 * still under way has been given back already and can write nothing more.
 */
export function closeOnSignal(close: () => Promise<void>): void {
  onSignal(['SIGTERM', 'SIGINT'], () => {
    setTimeout(() => process.exit(0), closeDeadline).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

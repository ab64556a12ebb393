/** SIGTERM and SIGINT become one orderly close of what an entry has started. */

/** Milliseconds a close may take; orchestrators commonly kill after 30 s. */
const closeDeadline = 24_000;

/**
 * Runs `close` once on SIGTERM or SIGINT, then ends the process: with 0 also when the close is late, since what is then
 * still under way has been given back already and can write nothing more.
 */
export function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
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
}

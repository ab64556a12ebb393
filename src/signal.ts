/** SIGTERM and SIGINT become one orderly close of what an entry has started. */

/** Runs `close` once on SIGTERM or SIGINT, then lets the process end. */
export function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
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

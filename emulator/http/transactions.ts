/** Plays long-running transactions: while one is open, `latestDateCovered` stays before its start. */

export interface Transactions {
  open(name: string, at: Date): void;
  /** False when no such transaction is open. */
  close(name: string): boolean;
  /** When the oldest open transaction began. */
  oldest(): Date | null;
  names(): string[];
}

export function createTransactions(): Transactions {
  const starts = new Map<string, Date>();
  return {
    open: (name, at) => void starts.set(name, at),
    close: (name) => starts.delete(name),
    oldest: () => {
      const times = [...starts.values()].map((start) => start.getTime());
      return times.length === 0 ? null : new Date(Math.min(...times));
    },
    names: () => [...starts.keys()],
  };
}

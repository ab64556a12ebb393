/** Plays long-running transactions: while one is open, `latestDateCovered` stays before its start, and its rows come late. */
import type { Change } from '../change.ts';

interface Transaction {
  startedAt: Date;
  changes: Change[];
  timer: NodeJS.Timeout | null;
}

export interface Transactions {
  /** Its changes are stamped with its start and show when it commits. */
  open(name: string, startedAt: Date, changes: Change[]): void;
  /** Commits it by itself after so long. */
  commitAfter(name: string, milliseconds: number): void;
  /** False when no such transaction is open. Its changes appear before `latestDateCovered` may pass its start. */
  commit(name: string): Promise<boolean>;
  /** When the oldest open transaction began. */
  oldest(): Date | null;
  names(): string[];
  /** Forgets those still open. */
  close(): void;
}

export function createTransactions(apply: (changes: Change[]) => Promise<unknown>): Transactions {
  const open = new Map<string, Transaction>();
  const commit = async (name: string): Promise<boolean> => {
    const transaction = open.get(name);
    if (!transaction) return false;
    if (transaction.timer) clearTimeout(transaction.timer);
    try {
      if (transaction.changes.length > 0) await apply(transaction.changes);
    } finally {
      open.delete(name);
    }
    return true;
  };
  return {
    open: (name, startedAt, changes) => {
      const at = startedAt.toISOString();
      const stamped = changes.map((change) => (change.op === 'recalculate' ? change : { at, ...change }));
      open.set(name, { startedAt, changes: stamped, timer: null });
    },
    commitAfter: (name, milliseconds) => {
      const transaction = open.get(name);
      if (!transaction) return;
      // A change that no longer fits what it changes is rolled back, as Salesforce would.
      transaction.timer = setTimeout(() => void commit(name).catch(() => undefined), milliseconds);
    },
    commit,
    oldest: () => {
      const times = [...open.values()].map(({ startedAt }) => startedAt.getTime());
      return times.length === 0 ? null : new Date(Math.min(...times));
    },
    names: () => [...open.keys()],
    close: () => {
      for (const { timer } of open.values()) if (timer) clearTimeout(timer);
      open.clear();
    },
  };
}

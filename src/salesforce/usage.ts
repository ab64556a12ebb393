/** Keeps count of requests against the day's limit, and says when a sync has spent its share. */
import { DomainError } from '../model/errors.ts';
import type { ExportApi, SourceUsage } from '../model/source.ts';

export type Usage = {
  /** Reads `Sforce-Limit-Info: api-usage=18/5000` and `Date`. */
  note(headers: Record<string, unknown>): void;
  /** Salesforce's clock as its last answer told it, ours may be minutes off; null before the first answer. */
  now(): Date | null;
  last(): SourceUsage | null;
  /** @throws DomainError `salesforce-budget` when others and we have used up our share of the day. */
  check(): void;
};

/** `share` of the day's requests, whoever made them, beyond which we stop: the rest belongs to the org's people. */
export function countUsage(share: number): Usage {
  let last: SourceUsage | null = null;
  let ahead: number | null = null;
  return {
    note(headers) {
      const at = Date.parse(String(headers.date));
      if (!Number.isNaN(at)) ahead = at - Date.now();
      const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(String(headers['sforce-limit-info'] ?? '')) ?? [];
      if (used !== undefined && Number(limit) > 0) last = { usedCount: Number(used), limitCount: Number(limit) };
    },
    now: () => (ahead === null ? null : new Date(Date.now() + ahead)),
    last: () => last,
    check() {
      if (last === null || last.usedCount < last.limitCount * share) return;
      throw new DomainError(
        'salesforce-budget',
        `${last.usedCount} of the day's ${last.limitCount} API requests are used; Assay stops at ${Math.round(share * 100)} %.`,
      );
    },
  };
}

/** Counts of one view of the source; a view inside another counts for both. */
export type Meter = { count(api: ExportApi): void; calls(): Record<ExportApi, number> };

export function openMeter(usage: Usage, share: number | null, outer: Meter | null): Meter {
  const calls = { rest: 0, bulk: 0 };
  return {
    count(api) {
      const limit = usage.last()?.limitCount;
      if (share !== null && limit !== undefined && calls.rest + calls.bulk >= limit * share) {
        throw new DomainError(
          'salesforce-budget',
          `This sync has made ${calls.rest + calls.bulk} API requests, its share of ${Math.round(share * 100)} % of the day's ${limit}.`,
        );
      }
      outer?.count(api);
      calls[api] += 1;
    },
    calls: () => ({ ...calls }),
  };
}

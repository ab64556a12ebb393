/** What Salesforce itself counts is held against what Assay has: records of each object, and deals by stage, owner and month. */
import { DomainError } from '../model/errors.ts';
import type { StageResult } from '../model/run.ts';
import type { Source } from '../model/source.ts';
import type { Context } from './context.ts';
import { countObjects, isBudget, noRequests } from './reconcile/counts.ts';
import { dealObject, reconcileDeals } from './reconcile/deals.ts';

/** Share of the day's requests, whoever made them, beyond which nothing is compared: a sync is worth more. */
const quietShare = 0.6;

/** @throws DomainError `salesforce-*`, `lease-lost`. */
export async function reconcile(context: Context, _subject = 'all'): Promise<StageResult> {
  const source = context.source.metered(null);
  const deals = await compareDeals(context, source);
  const skipped = typeof deals === 'string' ? deals : null;
  const counts = await countObjects(context, source, skipped === noRequests ? noRequests : null);
  const result = typeof deals === 'string' ? { readCount: 0, changedCount: 0 } : deals;
  return {
    ...result,
    warnings: [
      ...(result.warnings ?? []),
      // Of deals the groups that differ say more.
      ...counts.filter(({ object }) => object !== dealObject || result.changedCount === 0).map(({ text }) => text),
    ],
    detail: {
      ...(skipped === null ? {} : { skipped }),
      requests: source.calls().rest,
      comparedAt: context.clock.now().toISOString(),
    },
  };
}

/** @returns why not, where it did not */
async function compareDeals(context: Context, source: Source): Promise<StageResult | string> {
  const { run } = context;
  const usage = source.usage();
  if (usage !== null && usage.usedCount >= usage.limitCount * quietShare) return noRequests;
  const unread = `${dealObject} was not pulled`;
  if (run.objects !== null && !run.objects.includes(dealObject)) return unread;
  try {
    return (await reconcileDeals(context, source)) ?? unread;
  } catch (error) {
    if (error instanceof DomainError && isBudget(error)) return noRequests;
    throw error;
  }
}

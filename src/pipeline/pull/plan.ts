/** A wish to sync becomes what it would do, without doing it: which rows, by which API, at how many requests. */
import { DomainError } from '../../model/errors.ts';
import type { SyncPlan } from '../../model/org.ts';
import type { ExportQuery } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { readLayout } from './layout.ts';
import { planPull } from './passes.ts';

type ObjectPlan = SyncPlan['objects'][number];

// Before the rows: describe and the high-water mark.
const openingCalls = 2;

export async function planSync(context: Context): Promise<SyncPlan> {
  const { definitions, run, source } = context;
  const wanted = definitions.objects.filter(({ name }) => run.objects === null || run.objects.includes(name));
  const objects: ObjectPlan[] = [];
  for (const object of wanted) {
    try {
      const layout = await readLayout(context, object.table, await source.describe(object.name, context.signal));
      const plan = await planPull(context, object, layout, null);
      const passes = [];
      for (const { pass, query } of plan.queries) passes.push({ pass, ...(await sizeOf(context, query)) });
      // An incremental pull asks for the log of deletions as well.
      const calls = passes.reduce(
        (sum, one) => sum + one.callCount,
        openingCalls + (plan.mode === 'incremental' ? 1 : 0),
      );
      objects.push({ object: object.name, mode: plan.mode, reason: plan.reason, passes, callCount: calls });
    } catch (error) {
      if (object.required || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') throw error;
      objects.push({ object: object.name, mode: 'skipped', reason: error.message, passes: [], callCount: 1 });
    }
  }
  const usage = source.usage();
  return {
    objects,
    rowCount: objects.flatMap(({ passes }) => passes).reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    callCount: objects.reduce((sum, { callCount }) => sum + callCount, 0),
    usedCount: usage?.usedCount ?? null,
    limitCount: usage?.limitCount ?? null,
  };
}

async function sizeOf({ source, signal }: Context, query: ExportQuery) {
  // All rows are counted cheaply; a window of changes by a query of its own.
  const rowCount =
    query.window === null ? await source.estimate(query.object, signal) : await source.count(query, signal);
  return { rowCount, ...source.means(query, rowCount) };
}

/** Standard, golden and quality tables become one new generation of the published view, for readers all at once. */
import sql from 'sql-template-tag';
import { readMarts } from '../marts/read.ts';
import type { Transaction } from '../db/connect.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { metricDefinitionMart, metricMart, metricViews } from './publish/metric-mart.ts';
import { mergeTable } from './publish/materialise.ts';
import { shape } from './publish/shape.ts';

/**
 * Publishes everything in one transaction: a reader in `repeatable read` sees one whole generation. A run that was
 * published already keeps its generation. `changedCount` counts rows of tables, not the line in unified.publication.
 * @throws DomainError `config-invalid` when a mart's header does not fit its select.
 */
export async function publish(context: Context, _subject = 'all'): Promise<StageResult> {
  const marts = await readMarts();
  return context.write(async (tx) => {
    // Runs of several orgs publish one after the other, each upon what the last one made; readers are not in its way.
    await tx.query(sql`/* publish.turn */ lock table unified.publication in share row exclusive mode`);
    // "Today" is the run's, not the server's, so that a run can be repeated.
    const today = context.clock.now().toISOString().slice(0, 10);
    await tx.query(sql`/* publish.as_of */ select set_config('assay.as_of', ${today}, true)`);
    const [last] = await tx.query<{ definition_checksum: string }>(sql`/* publish.last */
      select definition_checksum from unified.publication order by generation desc limit 1`);
    const values = [metricDefinitionMart(marts.metrics), metricMart(marts.metrics)];
    if (last?.definition_checksum !== marts.checksum) {
      // In order of creation: the metric values read the basis views, the doors read both.
      await shape(tx, [...marts.tables, ...marts.basis, ...values, ...marts.views, ...metricViews(marts.metrics)]);
      await grantReading(tx);
    }

    let readCount = 0;
    let changedCount = 0;
    for (const mart of [...marts.tables, ...values]) {
      const done = await mergeTable(tx, mart);
      readCount += done.rowCount;
      changedCount += done.changedCount;
      context.report({ stage: 'publish', subject: mart.name, doneCount: done.rowCount, totalCount: null });
    }
    const generation = await record(tx, context, marts.checksum);
    return { readCount, changedCount, detail: { generation } };
  });
}

async function grantReading(tx: Transaction): Promise<void> {
  await tx.query(sql`/* publish.usage */ grant usage on schema unified, salesops, revops to assay_reader`);
  await tx.query(
    sql`/* publish.select */ grant select on all tables in schema unified, salesops, revops to assay_reader`,
  );
}

async function record(tx: Transaction, context: Context, checksum: string): Promise<number> {
  const [row] = await tx.query<{ generation: string }>(sql`/* publish.publication */
    insert into unified.publication (generation, run_id, published_at, definition_checksum)
    select coalesce(max(generation), 0) + 1, ${context.run.id}, ${context.clock.now()}, ${checksum} from unified.publication
    on conflict (run_id) do update set published_at = excluded.published_at, definition_checksum = excluded.definition_checksum
    returning generation`);
  return Number(row!.generation);
}

/** A small org over real HTTP and a fresh database, for the known edge cases: pulled, changed, faulted, compared. */
import sql, { raw } from 'sql-template-tag';
import { expect } from 'vitest';
import type { Change } from '@assay/emulator/change.ts';
import type { EmulatorOptions } from '@assay/emulator/start.ts';
import type { Db } from '../../../src/db/connect.ts';
import { defineObject } from '../../../src/model/object.ts';
import { silentLog, systemClock } from '../../../src/model/ports.ts';
import { newRunId, type RunMode, type StageResult } from '../../../src/model/run.ts';
import type { Source } from '../../../src/model/source.ts';
import type { Context } from '../../../src/pipeline/context.ts';
import { pull } from '../../../src/pipeline/pull.ts';
import { openSalesforce, type SalesforceOptions } from '../../../src/salesforce/source.ts';
import { smallOrg, startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import { testDatabase } from '../../database.ts';

type Given = Partial<Pick<SalesforceOptions, 'timing' | 'exports' | 'totalShare'>>;
type Ask = { mode?: RunMode; source?: Source; runId?: string; objects?: Partial<Parameters<typeof defineObject>[0]> };

export const signal = new AbortController().signal;
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export type CaseOrg = Awaited<ReturnType<typeof openCase>>;

export async function openCase(files: Record<string, string> = {}, options: Partial<EmulatorOptions> = {}) {
  const db: Db = await testDatabase();
  const org: TestOrg = await startSmallOrg(options, { ...smallOrg, ...files });
  const source = (more: Given = {}) =>
    openSalesforce({
      loginUrl: org.loginUrl,
      clientId: org.clientId,
      clientSecret: org.clientSecret,
      apiVersion: '62.0',
      ...more,
      timing: { retryDelay: 1, pollDelay: 5, maxPollDelay: 20, ...more.timing },
    });
  // One for all of a file, so that no test has to log in again.
  const plain = source();

  const context = (object: string, ask: Ask): Context => ({
    db,
    run: { id: ask.runId ?? newRunId(), connectionId: 'default', mode: ask.mode ?? 'auto', objects: null },
    definitions: {
      objects: [defineObject({ name: object, description: 'A test.', required: true, fields: {}, ...ask.objects })],
      entities: [],
      rules: [],
      metrics: [],
      alerts: {} as Context['definitions']['alerts'],
      matching: {} as Context['definitions']['matching'],
      history: { dailyDays: 120, weeklyDays: 406 },
      integrationUserIds: ['005xx0000000009'],
      localFolder: null,
      files: {},
    },
    source: ask.source ?? plain,
    clock: systemClock,
    log: silentLog,
    signal,
    report() {},
    write: (work) => db.transaction(work),
  });

  async function control(path: string, body: unknown, method = 'POST'): Promise<void> {
    const answer = await fetch(`${org.url}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    expect(answer.ok, await answer.text()).toBe(true);
  }

  const tableOf = (object: string) =>
    raw(`mirror.${defineObject({ name: object, description: 'x', fields: {} }).table}`);
  const rows = (object: string) =>
    db
      .query<{ row: Record<string, unknown> }>(sql`select to_jsonb(t) as row from ${tableOf(object)} t order by id`)
      .then((found) => found.map((one) => one.row));

  return {
    db,
    org,
    source,
    context,
    sync: (object: string, ask: Ask = {}): Promise<StageResult> => pull(context(object, ask), object),
    change: (...changes: Change[]) => org.change(...changes),
    fault: (...faults: object[]) => control('faults', faults),
    permit: (sobject: string, change: object) => control('permissions', { sobject, ...change }),
    transaction: (change: object) => control('transactions', change),
    control,
    rows,
    one: async (object: string, id: string) => (await rows(object)).find((row) => String(row.id).startsWith(id))!,
    /** Ids, stamps and soft deletions of the org itself equal those of the mirror; records it has purged are tombstones. */
    async expectEqual(object: string): Promise<void> {
      const theirs = (await (await fetch(`${org.url}/control/rows?sobject=${object}`)).json()) as Record<
        string,
        unknown
      >[];
      const ours = (await rows(object)).filter((row) => row._deleted_at === null || row.is_deleted === true);
      const stamp = (text: unknown) =>
        text === null || text === undefined ? null : new Date(String(text)).toISOString();
      expect(ours.map((row) => [row.id, stamp(row.system_modstamp), Boolean(row._deleted_at)])).toEqual(
        theirs.map((row) => [row.Id, stamp(row.SystemModstamp), Boolean(row.IsDeleted)]),
      );
    },
    /** Bulk for anything that has a row. */
    byBulk: (more: Given['exports'] = {}, rest: Omit<Given, 'exports'> = {}) =>
      source({ ...rest, exports: { restRows: 0, ...more } }),
    async close(): Promise<void> {
      await org.close();
      await db.close();
    },
  };
}

/** Edge cases 11 to 18: by which API rows come, and what happens when it refuses, fails, hangs or cuts them short. */
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../../src/pipeline/context.ts';
import { pull } from '../../../src/pipeline/pull.ts';
import { exportSoql } from '../../../src/salesforce/soql.ts';
import { type CaseOrg, openCase } from './case-org.ts';

let at: CaseOrg;
beforeAll(async () => {
  at = await openCase();
  await at.change(
    ...Array.from({ length: 9 }, (_, n) => ({
      op: 'insert' as const,
      sobject: 'Lead',
      fields: { LastName: `L${n}`, Company: 'Co' },
    })),
  );
});
afterEach(() => at.control('faults', undefined, 'DELETE'));
afterAll(() => at.close());

const full = (exports = {}, timing = {}) => at.sync('Lead', { mode: 'full', source: at.byBulk(exports, { timing }) });
/** How often the org was asked for something; the kinds are those of its control API. */
const requests = async (kind: string): Promise<number> => {
  const counts = (await (await fetch(`${at.org.url}/control/requests`)).json()) as Record<string, number>;
  return counts[kind] ?? 0;
};

it('case 11 Bulk or REST: by the number of rows, and always REST for a few changes', async () => {
  const limit = (restRows: number) => at.sync('Lead', { mode: 'full', source: at.source({ exports: { restRows } }) });
  expect(await limit(9)).toMatchObject({ readCount: 9, detail: { api: 'rest', apiReason: 'few rows' } });
  expect(await limit(8)).toMatchObject({ readCount: 9, changedCount: 0, detail: { api: 'bulk' } });
  await at.change({ op: 'insert', sobject: 'Lead', fields: { LastName: 'New', Company: 'Co' } });
  expect(await at.sync('Lead')).toMatchObject({ detail: { mode: 'incremental', api: 'rest' } });
  // A window that turns out to hold more than REST is for.
  expect(await at.sync('Lead', { source: at.source({ exports: { restRows: 0 } }) })).toMatchObject({
    detail: { mode: 'incremental', api: 'bulk' },
  });
});

it.each([
  ['API_ERROR', 'Selecting compound data not supported in Bulk Query'],
  ['INVALIDENTITY', "Entity 'Lead' is not supported by the Bulk API."],
  ['INVALIDJOB', 'Lead does not support query'],
])('case 12 Bulk refuses (%s: %s): REST reads it', async (errorCode, message) => {
  await at.fault({ kind: 'status', status: 400, errorCode, message, method: 'POST', path: '/jobs/query' });
  expect(await full()).toMatchObject({
    readCount: 10,
    detail: { api: 'rest', apiReason: expect.stringContaining(message) },
  });
  await at.expectEqual('Lead');
});

it('case 12 compound fields: they are never selected, their parts are', async () => {
  await at.sync('Account', { mode: 'full', source: at.byBulk() });
  expect((await at.one('Account', '001xx0000000001')).billing_address).toEqual({ city: 'Berlin' });
});

it('case 13 PK chunking: a whole export has neither ORDER BY nor LIMIT, a huge one is read in slices by Id', async () => {
  const query = { object: 'Lead', fields: ['Id'], window: null, after: null, sliceRows: null };
  expect(exportSoql(query)).toBe('SELECT Id FROM Lead');
  expect(exportSoql({ ...query, after: '00Qxx0000000001', sliceRows: 4 })).toBe(
    "SELECT Id FROM Lead WHERE Id > '00Qxx0000000001' ORDER BY Id LIMIT 4",
  );
  await at.db.query(sql`delete from mirror.lead`);
  const done = await full({ sliceAboveRows: 5, sliceRows: 4 });
  expect(done).toMatchObject({
    readCount: 10,
    changedCount: 10,
    detail: { api: 'bulk', pageCount: 3, apiReason: expect.stringContaining('slices') },
  });
  await at.expectEqual('Lead');
});

it('case 14 result pages: followed to their end, each with its header, resumed at the page that was next', async () => {
  const context = at.context('Lead', { mode: 'full', source: at.byBulk({ pageRows: 4 }) });
  let landed = 0;
  const killed: Context = {
    ...context,
    write: (work) =>
      context.write(async (tx) => {
        const done = await work(tx);
        const [page] = await tx.query<{ page_count: string }>(
          sql`select page_count from mirror.checkpoint where object = 'Lead'`,
        );
        if (Number(page?.page_count ?? 0) === 2 && (landed += 1) === 1)
          throw new Error('killed before the commit of page 2');
        return done;
      }),
  };
  await expect(pull(killed, 'Lead')).rejects.toThrow('killed');
  await at.control('requests', undefined, 'DELETE');
  expect(await pull(context, 'Lead')).toMatchObject({ readCount: 10, detail: { pageCount: 3 } });
  expect(await requests('bulk-results')).toBe(2);
  await at.expectEqual('Lead');
});

it('case 15 pages at once: the next page is downloaded while the one before is landed', async () => {
  const order: string[] = [];
  const source = at.byBulk({ pageRows: 3 });
  const read = source.readPage;
  const told = { ...source, metered: () => told } as typeof source;
  told.readPage = (begun, locator, rows, signal) => {
    order.push('read');
    return read(begun, locator, rows, signal);
  };
  const context = at.context('Lead', { mode: 'full', source: told });
  await pull({ ...context, report: () => order.push('landed') }, 'Lead');
  expect(order).toEqual(['read', 'read', 'landed', 'read', 'landed', 'read', 'landed', 'landed']);
});

it.each(['truncate', 'wrong-count', 'drop'])(
  'case 16 truncated download (%s): the page is read again, and never kept when it stays so',
  async (kind) => {
    await at.fault({ kind, path: '/results' });
    expect(await full()).toMatchObject({ readCount: 10 });
    await at.expectEqual('Lead');
    await at.change({
      op: 'update',
      sobject: 'Lead',
      id: String((await at.rows('Lead'))[0]!.id),
      fields: { Company: `After ${kind}` },
    });
    await at.fault({ kind, path: '/results', times: 3 });
    await expect(full()).rejects.toMatchObject({ code: 'salesforce-answer-invalid' });
    expect((await at.rows('Lead'))[0]!.company).not.toBe(`After ${kind}`);
  },
);

it.each([
  'Max bulk v2 query jobs (10000) per 24 hrs has been reached',
  'Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded',
])('case 17 Bulk limits (%s): REST stands in', async (message) => {
  await at.fault({
    kind: 'status',
    status: 400,
    errorCode: 'LIMIT_EXCEEDED',
    message,
    method: 'POST',
    path: '/jobs/query',
  });
  expect(await full()).toMatchObject({ readCount: 10, detail: { api: 'rest' } });
});

it('case 18 job Failed with QUERY_TIMEOUT: in smaller slices', async () => {
  await at.fault({
    kind: 'job-failed',
    sobject: 'Lead',
    message: 'QUERY_TIMEOUT: Your query request was running for too long.',
  });
  expect(await full({ smallSliceRows: 6 })).toMatchObject({
    readCount: 10,
    detail: { pageCount: 2, apiReason: expect.stringContaining('too long') },
  });
  await at.expectEqual('Lead');
});

it('case 18 job Failed for another reason: the sync says which, and nothing is lost', async () => {
  await at.fault({ kind: 'job-failed', sobject: 'Lead', message: 'InternalServerError: sorry' });
  await expect(full()).rejects.toMatchObject({
    code: 'salesforce-query-failed',
    message: expect.stringContaining('sorry'),
  });
  expect(await full()).toMatchObject({ readCount: 10 });
});

it('case 18 job stuck: aborted at its deadline and tried again', async () => {
  await at.fault({ kind: 'job-slow', sobject: 'Lead', delayMs: 8_000, polls: 1_000 });
  await at.control('requests', undefined, 'DELETE');
  // Long enough for the second job on a busy machine, short enough for the first never to end.
  expect(await full({}, { deadline: 2_000 })).toMatchObject({ readCount: 10, detail: { api: 'bulk' } });
  expect(await requests('bulk-job-aborted')).toBeGreaterThan(0);
});

it('case 18 job aborted by an admin: begun once more', async () => {
  await at.fault({ kind: 'job-slow', sobject: 'Lead', delayMs: 2_000, polls: 1_000 });
  const done = full();
  for (let tries = 0; tries < 200; tries += 1) {
    const { records } = (await at.org.call('GET', '/services/data/v62.0/jobs/query')).json as {
      records: { id: string; state: string }[];
    };
    const running = records.find(({ state }) => state === 'InProgress' || state === 'UploadComplete');
    if (running) {
      await at.org.call('PATCH', `/services/data/v62.0/jobs/query/${running.id}`, { state: 'Aborted' });
      break;
    }
  }
  expect(await done).toMatchObject({ readCount: 10, detail: { api: 'bulk' } });
});

it('case 18 job gone with its result between two pages: a new one is begun', async () => {
  await at.fault({ kind: 'status', status: 404, errorCode: 'NOT_FOUND', message: 'gone', path: '/results', after: 1 });
  expect(await full({ pageRows: 4 })).toMatchObject({ readCount: 10 });
  await at.expectEqual('Lead');
});

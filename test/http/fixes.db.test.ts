/** The fix ledger over HTTP, and findings in the order of what their repair promises. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
const [una, bo] = ['005000000000001AAA', '005000000000002AAA'];
beforeAll(async () => {
  api = await testApi();
  const put = (
    record: string,
    rule: string,
    owner: string,
    amount: number | null,
    state: string,
    realised: number | null,
  ) =>
    api.db
      .query(sql`insert into history.fix (kind, connection_id, subject, object, record_ids, rule_ids, owner_id, currency, state,
        opened_run_id, opened_at, ended_at, predicted, predicted_amount, not_priced, realised, realised_amount)
      values (${amount === null ? 'missing_value' : 'stale_deal'}, 'default', ${record}, 'Opportunity', array[${record}], array[${rule}], ${owner}, 'EUR',
        ${state}, 'r', '2026-06-01T00:00:00Z', ${state === 'open' ? null : '2026-06-20T00:00:00Z'},
        ${JSON.stringify(amount === null ? {} : { open_pipeline: { alone: amount, onTop: amount } })}, ${amount},
        ${amount === null ? 'Nobody knows the value before it is there.' : null},
        ${realised === null ? null : JSON.stringify({ open_pipeline: realised })}, ${realised})`);
  await put('006000000000001AAA', 'opportunity-close-date-past', una, -500, 'open', null);
  await put('006000000000002AAA', 'opportunity-close-date-past', bo, -9000, 'open', null);
  await put('006000000000003AAA', 'opportunity-amount-missing', bo, null, 'open', null);
  await put('006000000000004AAA', 'opportunity-close-date-past', una, -300, 'done', -100);
  for (const [record, rule] of [
    ['006000000000001AAA', 'opportunity-close-date-past'],
    ['006000000000002AAA', 'opportunity-close-date-past'],
    ['006000000000002AAA', 'opportunity-untouched'],
  ]) {
    await api.db
      .query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
        is_stale, amount, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
      values (${rule}, 1, 'default', 'Opportunity', ${record}, 'timeliness', 'warn', true, 7, 'r', now(), 'r', now())`);
  }
});
afterAll(() => api.close());

const get = async (url: string) => {
  const answer = await api.app.inject({ url, headers: api.as('data:read') });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};

it('lists repairs by the money they move, page by page, and says what is not priced', async () => {
  const first = await get('/v1/fixes?state=open&limit=2');
  expect(first.data).toMatchObject([
    { recordIds: ['006000000000002AAA'], predictedAmount: -9000, ownerName: null, realisedAmount: null },
    { recordIds: ['006000000000001AAA'], predictedAmount: -500 },
  ]);
  const second = await get(`/v1/fixes?state=open&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`);
  expect(second.data).toMatchObject([
    { predictedAmount: null, notPriced: 'Nobody knows the value before it is there.', metrics: [] },
  ]);
  expect(second.nextCursor).toBeNull();
  expect((await get(`/v1/fixes?ownerId=${una}&state=done`)).data).toMatchObject([
    {
      predictedAmount: -300,
      realisedAmount: -100,
      metrics: [{ metric: 'open_pipeline', alone: -300, realised: -100 }],
    },
  ]);
  // Nothing has been published, so nothing is summed up.
  expect(await get('/v1/fixes/sums')).toEqual({ months: [], accuracy: [] });
});

it('orders findings by what their own repair promises', async () => {
  const { data } = await get('/v1/findings?sort=promised');
  expect(
    data.map((one: { recordId: string; promisedAmount: number | null }) => [one.recordId, one.promisedAmount]),
  ).toEqual([
    ['006000000000002AAA', 9000],
    ['006000000000001AAA', 500],
    // Another fault of the same deal, of which no repair is priced.
    ['006000000000002AAA', null],
  ]);
});

/** The review queue is ordered by uncertainty times what hangs on the pair. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityFixture, type IdentityFixture } from './identity-fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await identityFixture();
});
afterAll(() => fixture.db.close());

type Item = {
  l_id: string;
  reason: string;
  uncertainty: number;
  record_count: number;
  open_amount: number;
  priority: number;
};
/** In the order in which GET /v1/reviews pages through it. */
const queue = () =>
  fixture.db
    .query<Item>(sql`select l_id, reason, uncertainty, record_count::int, open_amount, priority from golden.review_item
    order by priority desc, entity, l_connection_id, l_id, r_connection_id, r_id`);
/** People of these ids at one account with so much open money; the first and the last are weighed so. */
async function people(ids: string[], weight: number, amount = 0): Promise<void> {
  const account = `${ids[0]}-A`;
  for (const id of ids) {
    const evidence = { email: `${id}@x.io`, company_id: account };
    await fixture.evidence('person', 'Contact', { id, last_name: 'Lee', account_id: account }, evidence);
  }
  if (amount > 0)
    await fixture.record('Opportunity', { id: `${ids[0]}-O`, account_id: account, amount, is_closed: false });
  await fixture.pair('person', ids[0]!, ids.at(-1)!, weight);
}

it('puts near even odds before the nearly sure, much before little, and weighs one by the other', async () => {
  await people(['sure1', 'sure2'], -3);
  await people(['even1', 'even2'], -0.1);
  await people(['many1', 'many2', 'many3', 'many4'], -0.1);
  for (const other of ['many2', 'many3']) await fixture.pair('person', 'many1', other, 12);
  await fixture.pair('person', 'many2', 'many3', 12);
  await people(['rich1', 'rich2'], -3, 1_000_000);
  await people(['best1', 'best2'], -0.1, 1_000_000);
  await fixture.matched('person');
  await fixture.run('person');
  const items = await queue();
  // Of one uncertainty the more records and money; a million nearly sure before nothing at even odds.
  expect(items.map(({ l_id }) => l_id)).toEqual(['best1', 'rich1', 'many1', 'even1', 'sure1']);
  expect(items.map(({ record_count }) => record_count)).toEqual([2, 2, 4, 2, 2]);
  for (const { uncertainty, record_count, open_amount, priority } of items)
    expect(priority).toBeCloseTo(uncertainty * (Math.log(1 + record_count) + Math.log(1 + open_amount)), 5);
  const [sure, even] = ['sure1', 'even1'].map((id) => items.find(({ l_id }) => l_id === id)!.uncertainty);
  expect(sure).toBeCloseTo(2 / 9, 6);
  expect(even).toBeGreaterThan(0.95);
});

it('counts a link that the rest of its cluster speaks against as quite unsure', async () => {
  // cut1 is one with cut2 by far, so what cut3 has with cut1 does not hold against cut2.
  await people(['cut1', 'cut2', 'cut3'], 2);
  await fixture.pair('person', 'cut1', 'cut2', 14);
  await fixture.pair('person', 'cut2', 'cut3', -9);
  await fixture.matched('person');
  await fixture.run('person');
  expect((await queue()).find(({ l_id }) => l_id === 'cut1')).toMatchObject({
    reason: 'cut',
    uncertainty: 1,
    record_count: 3,
  });
});

it('follows when money or records come', async () => {
  await fixture.record('Opportunity', { id: 'sure1-O', account_id: 'sure1-A', amount: 9e12, is_closed: false });
  await fixture.matched('person');
  await fixture.run('person');
  const order = (await queue()).map(({ l_id }) => l_id);
  expect(order.indexOf('sure1')).toBeLessThan(order.indexOf('rich1'));
});

/** Columns of the published tables lead to rows that are there; a reader who may only read sees the keys, and where a record is in Salesforce. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const [una, queue] = ['0055g0000000001AAA', '00G5g0000000001AAA'];
const account = '0015g0000000001AAA';
const deal = '0065g0000000001AAA';
const campaign = '7015g0000000001AAA';
const product = '01t5g0000000001AAA';

let org: Published;
beforeAll(async () => {
  const at = '2026-01-02T09:00:00.000Z';
  org = await publishOrg({
    Account: [
      ['Id', 'Name', 'OwnerId'],
      [account, 'Larch Ceramics', una],
    ],
    Contact: [
      ['Id', 'LastName', 'Email', 'AccountId', 'OwnerId'],
      ['0035g0000000001AAA', 'Nowak', 'n@larch.example', account, una],
    ],
    Lead: [
      ['Id', 'LastName', 'Company', 'Email', 'OwnerId', 'CreatedDate'],
      ['00Q5g0000000001AAA', 'Weiss', 'Birch', 'w@birch.example', queue, at],
    ],
    Campaign: [
      ['Id', 'Name', 'OwnerId'],
      [campaign, 'Fair', una],
    ],
    CampaignMember: [
      ['Id', 'CampaignId', 'LeadId', 'CreatedDate'],
      ['00v5g0000000001AAA', campaign, '00Q5g0000000001AAA', at],
    ],
    Opportunity: [
      'Id AccountId OwnerId CampaignId Name StageName Amount IsClosed IsWon CloseDate CreatedDate'.split(' '),
      [deal, account, una, campaign, 'Kilns', 'Closed Won', 100, true, true, '2026-02-10', at],
      ['0065g0000000002AAA', account, una, '', 'Ovens', 'Proposal', 70, false, false, '2026-03-10', at],
    ],
    Product2: [
      ['Id', 'Name', 'Family'],
      [product, 'Kiln', 'Kilns'],
    ],
    OpportunityLineItem: [
      ['Id', 'OpportunityId', 'Product2Id', 'Quantity', 'UnitPrice', 'TotalPrice'],
      ['00k5g0000000001AAA', deal, product, 1, 100, 100],
    ],
    Case: [
      ['Id', 'AccountId', 'OwnerId', 'Status', 'CreatedDate'],
      ['5005g0000000001AAA', account, queue, 'New', at],
    ],
    Task: [
      ['Id', 'WhatId', 'OwnerId', 'Status', 'IsClosed', 'ActivityDate'],
      ['00T5g0000000001AAA', deal, una, 'Completed', true, '2026-02-01'],
    ],
  });
});
afterAll(() => org.close());

type Key = { name: string; from: string; columns: string[]; to: string; key: string[]; enforced: boolean };
const keysSql = sql`select c.conname as name, c.conrelid::regclass::text as from, c.confrelid::regclass::text as to, c.conenforced as enforced,
    (select array_agg(a.attname::text order by k.place) from unnest(c.conkey) with ordinality k (num, place)
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num) as columns,
    (select array_agg(a.attname::text order by k.place) from unnest(c.confkey) with ordinality k (num, place)
      join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num) as key
  from pg_constraint c where c.contype = 'f' and c.connamespace = 'unified'::regnamespace order by 2, 1`;
const asReader = <T extends Record<string, unknown>>(query: typeof keysSql) =>
  org.db.transaction(async (tx) => {
    await tx.query(sql`set local role assay_reader`);
    return tx.query<T>(query);
  });

it('the reader sees the keys in pg_catalog; in information_schema it sees none', async () => {
  const keys = await asReader<Key>(keysSql);
  const of = (from: string) =>
    keys.filter((one) => one.from === `unified.${from}`).map(({ columns, to }) => [columns.at(-1), to]);
  expect(of('fct_opportunity')).toEqual([
    ['account_key', 'unified.dim_account'],
    ['campaign_id', 'unified.dim_campaign'],
    ['contract_id', 'unified.fct_contract'],
    ['deal_key', 'unified.dim_deal'],
    ['owner_id', 'unified.dim_user'],
    ['territory_id', 'unified.dim_territory'],
  ]);
  // A case may be owned by a queue.
  expect(of('fct_case')).toEqual([
    ['account_key', 'unified.dim_account'],
    ['person_key', 'unified.dim_person'],
  ]);
  expect(keys.every(({ enforced }) => !enforced)).toBe(true);
  expect(keys.length).toBeGreaterThan(30);
  expect(
    await asReader(sql`select from information_schema.table_constraints where constraint_type = 'FOREIGN KEY'`),
  ).toEqual([]);
});

it('no column leads nowhere', async () => {
  for (const { name, from, columns, to, key } of await asReader<Key>(keysSql)) {
    const same = columns.map((column, at) => `t.${key[at]} = f.${column}`).join(' and ');
    const [found] = await org.ask(`select count(*)::int as orphans from ${from} f
      where f.${columns.at(-1)!} is not null and not exists (select from ${to} t where ${same})`);
    expect(found, name).toEqual({ orphans: 0 });
  }
});

it('a key that leads to a table of another shape goes and comes back with it', async () => {
  await org.ask('alter table unified.dim_campaign rename column name to title');
  await org.ask(`update unified.publication set definition_checksum = ''`);
  await org.again();
  expect(await org.ask('select name from unified.dim_campaign')).toEqual([{ name: 'Fair' }]);
  const keys = await asReader<Key>(keysSql);
  expect(keys.filter(({ to }) => to === 'unified.dim_campaign').length).toBeGreaterThan(1);
});

it('a stale deal has the names of its company and owner, and its page in Salesforce', async () => {
  expect(
    await org.ask(`select o.name, o.account_name, o.owner_name, o.url = d.record_url || o.opportunity_id as is_linked
      from salesops.stale_deal o join unified.dim_org d using (connection_id)`),
  ).toEqual([{ name: 'Ovens', account_name: 'Larch Ceramics', owner_name: 'Una', is_linked: null }]);
  await org.ask(`update control.connection set instance_url = 'https://x.my.salesforce.com'`);
  expect(await org.ask('select url from salesops.stale_deal')).toEqual([
    { url: 'https://x.my.salesforce.com/0065g0000000002AAA' },
  ]);
});

it('rules have their words beside what they found', async () => {
  const found =
    (await org.ask(`select distinct r.title, r.severity from unified.fct_quality_issue i join unified.dim_rule r using (rule_id)
    where i.rule_id = 'opportunity-close-date-past'`)) as { title: string; severity: string }[];
  expect(found).toHaveLength(1);
  expect(found[0]!.title).toMatch(/close date/i);
});

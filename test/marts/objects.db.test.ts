/** Lines, splits, roles, activities, territories, contracts, orders and assets become facts that join to deals, people and companies. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const [una, tom] = ['0055g0000000001AAA', '0055g0000000002AAA'];
const account = '0015g0000000001AAA';
const copy = '0015g0000000002AAA';
const person = '0035g0000000001AAA';
const deal = (at: number) => `0065g00000000${at}AAA`;
const words = (text: string) => text.split(' ');
const rows: Rows = {
  User: [
    words('Id Name IsActive ManagerId UserRoleId'),
    [una, 'Una', true, tom, '00E5g0000000001EAA'],
    [tom, 'Tom', true, '', ''],
  ],
  UserRole: [words('Id Name'), ['00E5g0000000001EAA', 'Seller']],
  Organization: [words('Id Name TimeZoneSidKey'), ['00D5g0000000001EAA', 'Rowan', 'Asia/Tokyo']],
  CurrencyType: [
    words('Id IsoCode ConversionRate IsCorporate'),
    ['01L5g0000000010EAA', 'EUR', 1, true],
    ['01L5g0000000011EAA', 'SEK', 10, false],
  ],
  Account: [
    words('Id Name Website OwnerId'),
    [account, 'Rowan Instruments', 'rowan-instruments.example', una],
    [copy, 'Rowan Instruments Inc', 'rowan-instruments.example', una],
  ],
  Contact: [words('Id LastName FirstName AccountId'), [person, 'Ibarra', 'Noa', account]],
  RecordType: [words('Id Name DeveloperName SobjectType'), ['0125g0000000001AAA', 'Renewal', 'Renewal', 'Opportunity']],
  Opportunity: [
    words(
      'Id AccountId OwnerId Name StageName Amount CurrencyIsoCode IsClosed IsWon CloseDate CreatedDate RecordTypeId IsDeleted',
    ),
    [
      deal(10),
      account,
      una,
      'Lamps',
      'Closed Won',
      900,
      'SEK',
      true,
      true,
      '2026-03-02',
      '2026-01-05T09:00:00.000Z',
      '0125g0000000001AAA',
      false,
    ],
    [
      deal(11),
      account,
      una,
      'Gone',
      'Closed Won',
      900,
      'SEK',
      true,
      true,
      '2026-03-02',
      '2026-01-05T09:00:00.000Z',
      '',
      true,
    ],
  ],
  OpportunityStage: [
    words('Id MasterLabel SortOrder IsActive IsClosed IsWon DefaultProbability'),
    ['01J5g0000000001EAA', 'Closed Won', 9, true, true, true, 100],
  ],
  Product2: [words('Id Name Family IsActive'), ['01t5g0000000001AAA', 'Desk lamp', 'Light', true]],
  OpportunityLineItem: [
    words('Id OpportunityId Product2Id Quantity UnitPrice TotalPrice IsDeleted'),
    ['00k5g0000000001AAA', deal(10), '01t5g0000000001AAA', 3, 250, 750, false],
    ['00k5g0000000002AAA', deal(10), '', 1, 150, 150, false],
    ['00k5g0000000003AAA', deal(10), '', 1, 999, 999, true],
    ['00k5g0000000004AAA', deal(11), '', 1, 999, 999, false],
  ],
  OpportunitySplitType: [
    words('Id MasterLabel IsTotalValidated'),
    ['1eP5g0000000001AAA', 'Revenue', true],
    ['1eP5g0000000002AAA', 'Overlay', false],
  ],
  OpportunitySplit: [
    words('Id OpportunityId SplitOwnerId SplitTypeId SplitPercentage SplitAmount'),
    ['1eS5g0000000001AAA', deal(10), una, '1eP5g0000000001AAA', 60, 540],
    // No amount: its share of the deal's.
    ['1eS5g0000000002AAA', deal(10), tom, '1eP5g0000000001AAA', 40, ''],
    ['1eS5g0000000003AAA', deal(10), tom, '1eP5g0000000002AAA', 100, 900],
  ],
  OpportunityContactRole: [
    words('Id OpportunityId ContactId Role IsPrimary'),
    ['00K5g0000000001AAA', deal(10), person, 'Decision Maker', true],
  ],
  Task: [
    words('Id WhoId WhatId OwnerId Status IsClosed ActivityDate CompletedDateTime TaskSubtype CallType'),
    [
      '00T5g0000000001AAA',
      person,
      deal(10),
      una,
      'Completed',
      true,
      '2026-02-03',
      '2026-02-02T16:00:00.000Z',
      'Call',
      '',
    ],
    ['00T5g0000000002AAA', person, '', una, 'Completed', true, '2026-02-04', '', 'Call', 'Inbound'],
    ['00T5g0000000003AAA', person, '', una, 'Not Started', false, '2026-02-05', '', 'Email', ''],
    ['00T5g0000000004AAA', person, '', una, 'Completed', true, '2026-02-06', '', 'ListEmail', ''],
  ],
  Event: [
    words('Id WhoId WhatId OwnerId StartDateTime EndDateTime ActivityDate IsChild'),
    [
      '00U5g0000000001AAA',
      person,
      deal(10),
      una,
      '2026-02-10T14:30:00.000Z',
      '2026-02-10T15:30:00.000Z',
      '2026-02-10',
      false,
    ],
    [
      '00U5g0000000002AAA',
      person,
      deal(10),
      tom,
      '2026-02-10T14:30:00.000Z',
      '2026-02-10T15:30:00.000Z',
      '2026-02-10',
      true,
    ],
  ],
  Lead: [words('Id LastName Company IsConverted'), ['00Q5g0000000001EAA', 'Osei', 'Tern Works', false]],
  LeadHistory: [
    words('Id LeadId Field OldValue NewValue CreatedDate'),
    ['0175g0000000001AAA', '00Q5g0000000001EAA', 'Status', 'Open', 'Qualified', '2026-04-30T16:00:00.000Z'],
    ['0175g0000000002AAA', '00Q5g0000000001EAA', 'Phone', '1', '2', '2026-04-30T16:00:00.000Z'],
  ],
  Territory2: [
    words('Id Name ParentTerritory2Id Territory2ModelId DeveloperName'),
    ['0MI5g0000000001AAA', 'World', '', '0MA5g0000000001AAA', 'World'],
    ['0MI5g0000000002AAA', 'North', '0MI5g0000000001AAA', '0MA5g0000000001AAA', 'North'],
  ],
  ObjectTerritory2Association: [
    words('Id ObjectId Territory2Id AssociationCause'),
    ['0My5g0000000001AAA', copy, '0MI5g0000000002AAA', 'Territory2Manual'],
  ],
  UserTerritory2Association: [
    words('Id UserId Territory2Id IsActive'),
    ['0Mz5g0000000001AAA', una, '0MI5g0000000002AAA', true],
    ['0Mz5g0000000002AAA', tom, '0MI5g0000000002AAA', false],
  ],
  Contract: [
    words('Id ContractNumber AccountId StatusCode StartDate ContractTerm EndDate'),
    ['8005g0000000001AAA', 'C1', copy, 'Activated', '2026-01-15', 12, ''],
    ['8005g0000000002AAA', 'C2', account, 'Draft', '2026-01-15', 12, '2026-06-30'],
  ],
  Order: [
    words('Id OrderNumber AccountId StatusCode EffectiveDate EndDate CurrencyIsoCode'),
    ['8015g0000000001AAA', 'O1', account, 'Activated', '2026-02-01', '2027-01-31', 'SEK'],
  ],
  OrderItem: [
    words('Id OrderId Product2Id Quantity UnitPrice TotalPrice EndDate'),
    ['8025g0000000001AAA', '8015g0000000001AAA', '01t5g0000000001AAA', 12, 100, 1200, ''],
    ['8025g0000000002AAA', '8015g0000000001AAA', '', 2, 50, '', '2026-02-01'],
  ],
  Asset: [
    words('Id Name AccountId Product2Id Price InstallDate UsageEndDate IsCompetitorProduct'),
    ['02i5g0000000001AAA', 'Lamp 7', account, '01t5g0000000001AAA', 300, '2026-02-01', '', false],
    ['02i5g0000000002AAA', 'Of others', account, '', 300, '2026-02-01', '', true],
  ],
};

let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

it('amounts of lines and splits are in the corporate currency, and those of deleted deals are gone', async () => {
  expect(
    await org.ask(`select product_family, quantity::int, amount::float8, currency, amount_record::float8
    from unified.fct_opportunity_line order by line_id`),
  ).toEqual([
    { product_family: 'Light', quantity: 3, amount: 75, currency: 'EUR', amount_record: 750 },
    { product_family: null, quantity: 1, amount: 15, currency: 'EUR', amount_record: 150 },
  ]);
  expect(
    await org.ask(`select u.name, split_type, is_total_validated, split_rate::float8, amount::float8
    from unified.fct_opportunity_split s join unified.dim_user u on u.user_id = s.owner_id order by split_id`),
  ).toEqual([
    { name: 'Una', split_type: 'Revenue', is_total_validated: true, split_rate: 0.6, amount: 54 },
    { name: 'Tom', split_type: 'Revenue', is_total_validated: true, split_rate: 0.4, amount: 36 },
    { name: 'Tom', split_type: 'Overlay', is_total_validated: false, split_rate: 1, amount: 90 },
  ]);
});

it('deals have the name of their record type, users their manager and role, stages their order', async () => {
  expect(await org.ask(`select record_type from unified.fct_opportunity`)).toEqual([{ record_type: 'Renewal' }]);
  expect(await org.ask(`select manager_name, role_name from unified.dim_user where name = 'Una'`)).toEqual([
    { manager_name: 'Tom', role_name: 'Seller' },
  ]);
  expect(
    await org.ask(`select stage_name, sort_order, default_probability_rate::float8 as rate from unified.dim_stage`),
  ).toEqual([{ stage_name: 'Closed Won', sort_order: 9, rate: 1 }]);
  expect(
    await org.ask(`select r.role, p.person_key is not null as is_known from unified.fct_opportunity_contact_role r
    left join unified.dim_person p using (person_key)`),
  ).toEqual([{ role: 'Decision Maker', is_known: true }]);
});

it('an activity was done on a day of the org; guests, open tasks and what came in are told apart', async () => {
  expect(
    await org.ask(`select kind, opportunity_id is not null as has_deal, is_closed, is_outbound, done_on::text
    from unified.fct_activity order by activity_id`),
  ).toEqual([
    // Completed at one in the morning of the next day in Tokyo.
    { kind: 'task', has_deal: true, is_closed: true, is_outbound: true, done_on: '2026-02-03' },
    { kind: 'task', has_deal: false, is_closed: true, is_outbound: false, done_on: '2026-02-04' },
    { kind: 'task', has_deal: false, is_closed: false, is_outbound: true, done_on: null },
    { kind: 'task', has_deal: false, is_closed: true, is_outbound: false, done_on: '2026-02-06' },
    { kind: 'event', has_deal: true, is_closed: null, is_outbound: true, done_on: '2026-02-11' },
  ]);
  expect(await org.ask(`select old_status, new_status, changed_on::text from unified.fct_lead_status`)).toEqual([
    { old_status: 'Open', new_status: 'Qualified', changed_on: '2026-05-01' },
  ]);
});

it('territories know what is above and in them, and a copy of an account leads to its company', async () => {
  expect(
    await org.ask(
      `select name, parent_name, user_count::int, account_count::int from unified.dim_territory order by name`,
    ),
  ).toEqual([
    { name: 'North', parent_name: 'World', user_count: 1, account_count: 1 },
    { name: 'World', parent_name: null, user_count: 0, account_count: 0 },
  ]);
  expect(
    await org.ask(`select t.account_key = c.account_key as is_one, end_on::text, is_activated
    from unified.territory_account t cross join unified.fct_contract c order by contract_number`),
  ).toEqual([
    { is_one: true, end_on: '2027-01-14', is_activated: true },
    { is_one: true, end_on: '2026-06-30', is_activated: false },
  ]);
});

it('an item of an order has its own days or else those of the order; products of competitors are none of ours', async () => {
  expect(
    await org.ask(`select product_family, amount::float8, currency, start_on::text, end_on::text
    from unified.fct_order_item order by order_item_id`),
  ).toEqual([
    { product_family: 'Light', amount: 120, currency: 'EUR', start_on: '2026-02-01', end_on: '2027-01-31' },
    { product_family: null, amount: 10, currency: 'EUR', start_on: '2026-02-01', end_on: '2026-02-01' },
  ]);
  expect(await org.ask(`select name, start_on::text, end_on, currency from unified.fct_asset`)).toEqual([
    { name: 'Lamp 7', start_on: '2026-02-01', end_on: null, currency: null },
  ]);
});

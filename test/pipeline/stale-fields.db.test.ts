/** Stale fields through the whole way, several nights long: what makes a value young again, and what does not. */
import { expect, it } from 'vitest';
import type { Change } from '@assay/emulator/change.ts';
import { publishOrg, type Published, type Rows } from '../marts/org.ts';

const ann = '0055g0000000001AAA';
const robot = '0055g0000000009AAA';
const seen = '2025-03-10T22:30:00.000Z';
const stamps = ['OwnerId', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp', 'LastModifiedById', 'LastActivityDate'];
const stamped = (activity = '2026-03-01') => [ann, '2022-05-01T00:00:00.000Z', seen, seen, ann, activity];
const account = (n: number) => `0015g00000000${n}AAA`;
const lead = (n: number) => `00Q5g00000000${n}AAA`;
const contact = (n: number) => `0035g00000000${n}AAA`;
const numbers = [10, 11, 12, 13, 14, 15];

const rows: Rows = {
  User: [
    ['Id', 'Name', 'Username', 'IsActive'],
    [ann, 'Ann', 'ann@x.example', true],
    [robot, 'Loader', 'loader@x.example', true],
  ],
  Organization: [
    ['Id', 'Name', 'TimeZoneSidKey'],
    ['00D5g0000000001AAA', 'Lampworks', 'Pacific/Auckland'],
  ],
  Account: [
    ['Id', 'Name', 'Industry', 'NumberOfEmployees', 'Description', ...stamps],
    ...numbers.map((n) => [account(n), `Kiln ${n} Gmbh`, 'Ceramics', 40 + n, 'x', ...stamped()]),
  ],
  Lead: [
    ['Id', 'FirstName', 'LastName', 'Company', 'Title', 'Email', 'Rating', 'Status', 'IsConverted', ...stamps],
    ...numbers.map((n) => [
      lead(n),
      `F${n}`,
      `Quill ${n}`,
      `Mill ${n}`,
      'Buyer',
      `q${n}@mill${n}.example`,
      'Warm',
      'Open',
      false,
      ...stamped(),
    ]),
  ],
  Contact: [
    ['Id', 'AccountId', 'FirstName', 'LastName', 'Email', 'Phone', 'Title', 'Description', ...stamps],
    ...numbers.map((n) => [
      contact(n),
      account(10),
      `Given${n}`,
      `Stone ${n}`,
      `s${n}@kiln.example`,
      `+49 711 400 10${n}`,
      'Potter',
      'x',
      ...stamped(),
    ]),
  ],
};

const stale = async (org: Published, rule: string) => {
  const found = (await org.ask(`select record_id as id from quality.finding
    where rule_id = '${rule}' and closed_at is null order by 1`)) as { id: string }[];
  return found.map(({ id }) => Number(id.slice(13, 15)));
};

it('counts by the value on every object: not by the record, a program, a bin or a merge', async () => {
  const org = await publishOrg(rows, ['default'], { day: '2025-04-01', integrationUserIds: [robot.slice(0, 15)] });
  const at = '2025-09-01T10:00:00Z';
  const edit = (sobject: string, id: string, fields: Record<string, string | number | null>, by = ann): Change => ({
    op: 'update',
    sobject,
    id,
    fields,
    at,
    by,
  });
  const merged = (sobject: string, id: (n: number) => string): Change => ({
    op: 'merge',
    sobject,
    masterId: id(14),
    mergeIds: [id(15)],
    at,
  });
  await org.change(
    edit('Account', account(11), { Description: 'by a person' }),
    edit('Account', account(12), { NumberOfEmployees: 99, Industry: 'Glass' }),
    edit('Account', account(13), { Industry: 'Glass', NumberOfEmployees: 99 }, robot),
    merged('Account', account),
    edit('Lead', lead(11), { Rating: 'Hot' }, robot),
    edit('Lead', lead(12), { Email: 'new12@mill12.example' }),
    edit('Lead', lead(13), { Email: 'new13@mill13.example' }, robot),
    merged('Lead', lead),
    edit('Contact', contact(11), { Description: 'by a person' }),
    edit('Contact', contact(12), { Phone: '+49 711 400 2012' }),
    { op: 'delete', sobject: 'Contact', id: contact(13), at },
    merged('Contact', contact),
  );
  await org.sync('2025-09-02');
  await org.change({ op: 'undelete', sobject: 'Contact', id: contact(13), at: '2025-09-05T10:00:00Z' });
  await org.sync('2025-09-06');

  await org.sync('2026-03-10');
  expect(await stale(org, 'account-firmographics-stale')).toEqual([]);
  await org.sync('2026-03-11');
  expect(await stale(org, 'account-firmographics-stale')).toEqual([10, 11, 13, 14]);
  // 423 days for an address, 773 for a number.
  await org.sync('2026-05-07');
  expect(await stale(org, 'lead-email-stale')).toEqual([]);
  await org.sync('2026-05-08');
  expect(await stale(org, 'lead-email-stale')).toEqual([10, 11, 13, 14]);
  await org.sync('2027-04-23');
  expect(await stale(org, 'contact-phone-stale')).toEqual([10, 11, 13, 14]);
  await org.close();
}, 120_000);

it('ends days where the org’s days end', async () => {
  // Noon UTC of 20 November is one in the morning of the 21st in Auckland.
  const deals: Rows = {
    ...rows,
    Opportunity: [
      [
        'Id',
        'Name',
        'AccountId',
        'OwnerId',
        'StageName',
        'Amount',
        'CloseDate',
        'IsClosed',
        'IsWon',
        'ForecastCategory',
        'LastActivityDate',
        'CreatedDate',
        'LastStageChangeDate',
      ],
      ...['2026-11-19', '2026-11-20', '2026-11-21'].map((day, n) => [
        `0065g00000000${n + 10}AAA`,
        `Kiln order ${n}`,
        account(10 + n),
        ann,
        'Talk',
        100 + 7 * n,
        day,
        false,
        false,
        'Pipeline',
        day,
        '2026-11-15T12:00:00.000Z',
        '2026-11-15T12:00:00.000Z',
      ]),
    ],
  };
  const org = await publishOrg(deals);
  expect(await stale(org, 'opportunity-close-date-past')).toEqual([10, 11]);
  await org.close();
  const utc = await publishOrg({
    ...deals,
    Organization: [
      ['Id', 'Name', 'TimeZoneSidKey'],
      ['00D5g0000000001AAA', 'Lampworks', 'UTC'],
    ],
  });
  expect(await stale(utc, 'opportunity-close-date-past')).toEqual([10]);
  await utc.close();
}, 120_000);

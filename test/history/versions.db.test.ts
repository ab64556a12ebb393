/** Versions of deals: any day can be rebuilt, from the histories before the first sync, and as it was published from then on. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const [una, tom] = ['0055g0000000001AAA', '0055g0000000002AAA'];
const account = '0015g0000000001AAA';
const [seats, quiet, late] = ['0065g0000000010AAA', '0065g0000000011AAA', '0065g0000000012AAA'];
const words = (text: string) => text.split(' ');
const rows: Rows = {
  User: [words('Id Name IsActive'), [una, 'Una', true], [tom, 'Tom', true]],
  Account: [words('Id Name OwnerId'), [account, 'Rowan Instruments', una]],
  OpportunityStage: [
    words('Id MasterLabel IsClosed IsWon'),
    ['01J5g0000000001EAA', 'Talk', false, false],
    ['01J5g0000000002EAA', 'Quote', false, false],
    ['01J5g0000000003EAA', 'Won', true, true],
  ],
  Opportunity: [
    words(
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon ForecastCategory CloseDate CreatedDate LastModifiedDate',
    ),
    [
      seats,
      account,
      tom,
      'Seats',
      'Won',
      90,
      true,
      true,
      'Closed',
      '2026-03-02',
      '2026-01-05T09:00:00.000Z',
      '2026-03-02T10:00:00.000Z',
    ],
    // Nothing is known of what it was before it was last edited.
    [
      quiet,
      account,
      una,
      'Quiet',
      'Talk',
      50,
      false,
      false,
      'Pipeline',
      '2026-12-01',
      '2026-01-05T09:00:00.000Z',
      '2026-06-01T10:00:00.000Z',
    ],
    // Its amount was changed by somebody whose change left no history.
    [
      late,
      account,
      una,
      'Late',
      'Talk',
      70,
      false,
      false,
      'Pipeline',
      '2026-12-01',
      '2026-05-01T09:00:00.000Z',
      '2026-07-01T10:00:00.000Z',
    ],
  ],
  OpportunityHistory: [
    words('Id OpportunityId StageName Amount ForecastCategory CloseDate CreatedDate'),
    ['0085g0000000001AAA', seats, 'Talk', 60, 'Pipeline', '2026-02-01', '2026-01-05T09:00:00.000Z'],
    ['0085g0000000002AAA', seats, 'Quote', 60, 'Pipeline', '2026-02-01', '2026-01-20T09:00:00.000Z'],
    ['0085g0000000003AAA', seats, 'Quote', 90, 'Pipeline', '2026-03-31', '2026-02-10T09:00:00.000Z'],
    ['0085g0000000004AAA', seats, 'Won', 90, 'Closed', '2026-03-02', '2026-03-02T10:00:00.000Z'],
    ['0085g0000000005AAA', late, 'Talk', 65, 'Pipeline', '2026-12-01', '2026-05-01T09:00:00.000Z'],
  ],
  OpportunityFieldHistory: [
    words('Id OpportunityId Field OldValue NewValue CreatedDate'),
    ['0175g0000000001AAA', seats, 'Owner', 'Una', 'Tom', '2026-02-01T09:00:00.000Z'],
    ['0175g0000000002AAA', seats, 'Owner', una, tom, '2026-02-01T09:00:00.000Z'],
    ['0175g0000000003AAA', seats, 'NextStep', 'a', 'b', '2026-02-02T09:00:00.000Z'],
  ],
};

let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

const at = async (published: Published, deal: string, day: string) => {
  const [found] =
    await published.ask(`select stage_name, amount::int, owner_id, is_open, source from unified.fct_opportunity_version
    where opportunity_id = '${deal}' and valid_from < '${day}' and (valid_to is null or valid_to >= '${day}')`);
  return found;
};

it('days before the first sync are rebuilt from the histories, with the owner of that day', async () => {
  expect(await at(org, seats, '2026-01-05')).toBeUndefined();
  expect(await at(org, seats, '2026-01-06')).toEqual({
    stage_name: 'Talk',
    amount: 60,
    owner_id: una,
    is_open: true,
    source: 'history',
  });
  expect(await at(org, seats, '2026-01-21')).toMatchObject({ stage_name: 'Quote', amount: 60, owner_id: una });
  expect(await at(org, seats, '2026-02-02')).toMatchObject({ stage_name: 'Quote', amount: 60, owner_id: tom });
  expect(await at(org, seats, '2026-02-11')).toMatchObject({
    stage_name: 'Quote',
    amount: 90,
    owner_id: tom,
    is_open: true,
  });
  expect(await at(org, seats, '2026-04-01')).toMatchObject({ stage_name: 'Won', amount: 90, is_open: false });
});

it('what no history has is known from the last edit on, not before', async () => {
  expect(await at(org, quiet, '2026-06-01')).toBeUndefined();
  expect(await at(org, quiet, '2026-06-02')).toMatchObject({ amount: 50, source: 'sync' });
  expect(await at(org, late, '2026-06-30')).toMatchObject({ amount: 65, source: 'history' });
  expect(await at(org, late, '2026-07-02')).toMatchObject({ amount: 70, source: 'sync' });
});

const snapshot = `select connection_id, opportunity_id, stage_name, amount::float8, close_on::text, owner_id, forecast_category,
  coalesce(is_closed, false) as is_closed, counts_in_clean from unified.fct_opportunity order by 1, 2`;
const rebuilt = (
  instant: string,
) => `select connection_id, opportunity_id, stage_name, amount::float8, close_on::text, owner_id,
  forecast_category, is_closed, counts_in_clean from unified.fct_opportunity_version
  where not is_deleted and valid_from <= '${instant}' and (valid_to is null or valid_to > '${instant}') order by 1, 2`;

const edit = fc.record({
  deal: fc.constantFrom(seats, quiet, late, '0065g0000000013AAA'),
  set: fc.constantFrom(
    `stage_name = 'Quote', is_closed = false, is_won = false`,
    `stage_name = 'Won', is_closed = true, is_won = true`,
    `amount = 10`,
    `amount = null`,
    `amount = coalesce(amount, 0) + 5.25`,
    `close_on = close_on + 40`,
    `owner_id = '${tom}'`,
    `owner_id = '${una}'`,
    `forecast_category = 'Omitted'`,
    `is_deleted = true`,
    `is_deleted = false`,
  ),
  hour: fc.integer({ min: 0, max: 23 }),
  /** A change seen late bears a time before the last sync. */
  daysLate: fc.constantFrom(0, 0, 0, 2),
  hasHistory: fc.boolean(),
});

it('whatever happens to deals, a rebuilt day is the snapshot that was published then', async () => {
  let day = Date.parse('2026-11-20');
  let serial = 1000;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 3, maxLength: 4 }), async (nights) => {
      const seen = new Map<string, unknown>();
      for (const edits of nights) {
        day += 86_400_000;
        const date = new Date(day).toISOString().slice(0, 10);
        for (const { deal, set, hour, daysLate, hasHistory } of edits) {
          const when = new Date(day - daysLate * 86_400_000 - 12 * 3_600_000 + hour * 3_600_000).toISOString();
          await org.db
            .query(sql`insert into standard.opportunity (connection_id, id, name, stage_name, amount, close_on, created_at, is_closed, _version)
            select 'default', ${deal}, 'Seats', 'Talk', 5, '2026-12-31', ${when}, false, 0 on conflict do nothing`);
          await org.ask(
            `update standard.opportunity set ${set}, modified_at = '${when}', _version = nextval('mirror.version') where id = '${deal}'`,
          );
          if (hasHistory)
            await org.ask(`insert into standard.opportunity_history (connection_id, id, opportunity_id, stage_name, amount, close_on,
              forecast_category, created_at, _version) select 'default', 'h${serial++}', id, stage_name, amount, close_on, forecast_category,
              '${when}', nextval('mirror.version') from standard.opportunity where id = '${deal}'`);
        }
        await org.again(date);
        seen.set(`${date}T12:00:00Z`, await org.ask(snapshot));
      }
      for (const [instant, was] of seen) expect(await org.ask(rebuilt(instant))).toEqual(was);
      const [odd] =
        await org.ask(`select count(*)::int as count from (select *, lag(valid_to) over (partition by connection_id, opportunity_id
        order by valid_from) as ended from unified.fct_opportunity_version) v where ended <> valid_from`);
      expect(odd).toEqual({ count: 0 });
    }),
    { numRuns: 8 },
  );
}, 600_000);

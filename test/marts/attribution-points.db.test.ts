/** Points of touches as dbt-labs/attribution-playbook gives them (models/attribution_touches.sql), for journeys of our own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const id = (prefix: string, count: number) => `${prefix}5g00000000${String(count).padStart(2, '0')}AAA`;
const words = (text: string) => text.split(' ');
/** Answers before the deal of each journey. */
const journeys = [1, 2, 3, 4, 7];

let org: Published;
beforeAll(async () => {
  const touches = journeys.flatMap((count, journey) => Array.from({ length: count }, (_, at) => ({ journey, at })));
  org = await publishOrg({
    Account: [
      words('Id Name OwnerId'),
      ...journeys.map((_, at) => [id('001', at + 1), `Journey ${'ABCDE'[at]} Ltd`, una]),
    ],
    Contact: [
      words('Id AccountId FirstName LastName Email OwnerId'),
      ...journeys.map((_, at) => {
        const [first, last] = words(['Ada Quist', 'Boris Lund', 'Chen Wei', 'Dalia Roth', 'Emeka Obi'][at]!);
        return [id('003', at + 1), id('001', at + 1), first!, last!, `${first}@journey${at}.example`, una];
      }),
    ],
    Opportunity: [
      words('Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate'),
      ...journeys.map((_, at) => [
        id('006', at + 1),
        id('001', at + 1),
        una,
        `Order ${at}`,
        'Closed Won',
        'Closed',
        true,
        true,
        700,
        '2026-06-10',
        '2026-05-01T09:00:00.000Z',
      ]),
    ],
    OpportunityContactRole: [
      words('Id OpportunityId ContactId IsPrimary'),
      ...journeys.map((_, at) => [id('00K', at + 1), id('006', at + 1), id('003', at + 1), true]),
    ],
    Campaign: [words('Id Name Type'), ...touches.map((_, at) => [id('701', at + 1), `Campaign ${at}`, 'Email'])],
    CampaignMember: [
      words('Id CampaignId ContactId Status HasResponded FirstRespondedDate'),
      ...touches.map(({ journey, at }, serial) => [
        id('00v', serial + 1),
        id('701', serial + 1),
        id('003', journey + 1),
        'Responded',
        true,
        `2026-04-${String(at + 1).padStart(2, '0')}`,
      ]),
    ],
  });
});
afterAll(() => org.close());

/** The rule of the playbook for the touch at `place` (from 1) of `total`. */
const playbook: Record<string, (place: number, total: number) => number> = {
  first: (place) => (place === 1 ? 1 : 0),
  last: (place, total) => (place === total ? 1 : 0),
  linear: (_place, total) => 1 / total,
  u_shaped: (place, total) => {
    if (total <= 2) return 1 / total;
    return place === 1 || place === total ? 0.4 : 0.2 / (total - 2);
  },
};

it('each touch has the points of the playbook, on either basis', async () => {
  const rows =
    (await org.ask(`select opportunity_id, model, touch_number::int as place, touch_count::int as total, weight::float8 as weight
    from unified.fct_attribution order by 1, 2, 3`)) as {
      model: string;
      place: number;
      total: number;
      weight: number;
    }[];
  const touches = journeys.reduce((sum, count) => sum + count, 0);
  expect(rows).toHaveLength(touches * 4 * 2);
  for (const { model, place, total, weight } of rows) expect(weight).toBeCloseTo(playbook[model]!(place, total), 5);
});

it('and the revenue of each journey is credited once by each model', async () => {
  for (const model of ['first_touch', 'last_touch', 'linear', 'u_shaped'])
    expect(await org.metric(`revenue_${model}`)).toEqual([3500, 3500]);
});

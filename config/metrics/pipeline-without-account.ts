import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Open pipeline without an account',
  description:
    'Open pipeline of deals without an account; on clean a deal has that of its main contact, else of the lead it came from',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: 'is_open and account is null', money: true },
  dimensions: ['owner', 'team', 'stage'],
  doors: { salesops: ['pipeline'], revops: ['pipeline'] },
  needs: { Opportunity: ['Amount', 'IsClosed', 'ForecastCategory', 'CloseDate'] },
  examples: [
    {
      says: 'what is known by way of a person is not missing on clean, and a closed deal is no pipeline',
      rows: {
        fct_opportunity: [
          { amount: 40, close_on: '2026-07-01', account_id: 'a1', account_key: 'c1' },
          { amount: 60, close_on: '2026-07-02' },
          { amount: 25, close_on: '2026-07-03', linked_account_key: 'c1' },
          { amount: 500, close_on: '2026-07-04', is_closed: true },
          { amount: 7, close_on: '2027-01-04', account_id: 'a1', account_key: 'c1' },
        ],
      },
      gives: [
        { raw: 85, clean: 60 },
        { period: '2026-07', raw: 85, clean: 60 },
        { period: '2027-01', raw: 0, clean: 0 },
      ],
    },
  ],
});

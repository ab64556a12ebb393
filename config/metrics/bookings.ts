import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Bookings',
  description:
    'Amount of won deals by the day they closed; copies of one deal count once on clean, an unknown amount is no 0',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: 'is_won', money: true },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['revenue'], revops: ['customer_value', 'marketing'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'a copy counts once on clean, lost and open deals never, a negative amount takes away',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10', owner_id: 'u1' },
          {
            amount: 100,
            is_won: true,
            is_closed: true,
            close_on: '2026-02-10',
            owner_id: 'u2',
            counts_in_clean: false,
          },
          { amount: -30, is_won: true, is_closed: true, close_on: '2026-05-10', owner_id: 'u1' },
          { amount: 70, is_closed: true, close_on: '2026-02-11', owner_id: 'u1' },
          { amount: 9000, close_on: '2026-02-12', owner_id: 'u1' },
        ],
      },
      gives: [
        { raw: 170, clean: 70 },
        { period: '2026-Q1', raw: 200, clean: 100 },
        { period: '2026-05', raw: -30, clean: -30 },
        { period: '2026', slice: 'owner:u2', raw: 100, clean: null },
      ],
    },
    {
      says: 'of two currencies there is no sum, of unknown amounts neither',
      rows: {
        fct_opportunity: [
          { amount: 5, is_won: true, close_on: '2026-01-01', currency: 'EUR' },
          { amount: 7, is_won: true, close_on: '2026-04-01', currency: 'USD' },
          { amount: null, is_won: true, close_on: '2026-07-01' },
        ],
      },
      gives: [
        { raw: null, clean: null },
        { period: '2026-Q1', raw: 5, clean: 5 },
        { period: '2026-Q3', raw: null, clean: null },
      ],
    },
  ],
});

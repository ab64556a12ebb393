import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'cumulative',
  title: 'Bookings to date',
  description: 'Bookings of a period and of all before it; a period without a value of its own has none here',
  unit: 'money',
  metric: 'bookings',
  dimensions: ['owner'],
  doors: { salesops: ['revenue'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'each quarter adds to those before it, a copy counts once on clean',
      rows: {
        fct_opportunity: [
          { amount: 10, is_won: true, is_closed: true, close_on: '2026-01-10', owner_id: 'a' },
          { amount: 5, is_won: true, is_closed: true, close_on: '2026-05-10', owner_id: 'a' },
          { amount: 5, is_won: true, is_closed: true, close_on: '2026-05-11', owner_id: 'a', counts_in_clean: false },
          { amount: 7, is_won: true, is_closed: true, close_on: '2026-08-01', owner_id: 'b' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 10, clean: 10 },
        { period: '2026-Q2', raw: 20, clean: 15 },
        { period: '2026-Q3', raw: 27, clean: 22 },
        { period: '2026-Q2', slice: 'owner:a', raw: 20, clean: 15 },
      ],
    },
  ],
});

import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Growth of bookings',
  description:
    'Bookings of a period less those of the period before, by the latter; a period without a deal is a fall to nothing, and from nothing or less there is no growth. The period that runs is not complete, one that has not begun has none',
  unit: 'rate',
  inputs: { now: 'bookings', before: { metric: 'bookings', periodsBack: 1 } },
  expression: 'case when before > 0 then (now - before) / before end',
  n: 'now',
  dimensions: ['owner', 'team', 'type'],
  doors: { salesops: ['revenue'], revops: ['customer_value'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'from 100 to 150 is a half more; after a period of 0 or less there is no rate',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, is_closed: true, close_on: '2025-11-10' },
          { amount: 150, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 150, is_won: true, is_closed: true, close_on: '2026-02-10', counts_in_clean: false },
          { amount: -20, is_won: true, is_closed: true, close_on: '2026-05-10' },
          { amount: 70, is_won: true, is_closed: true, close_on: '2026-07-10' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 2, clean: 0.5 },
        { period: '2026-Q3', raw: null, clean: null },
        { period: '2026', raw: 2.5, clean: 1.0 },
        { period: '2025-12', raw: -1, clean: -1 },
        { period: '2026-01', raw: null, clean: null },
      ],
    },
    {
      says: 'what is open and due later is no fall of a period that has not begun',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-05-10', owner_id: 'u1' },
          { amount: 100, close_on: '2026-07-10', owner_id: 'u1' },
          { amount: 60, is_won: true, is_closed: true, close_on: '2026-04-10', owner_id: 'u2' },
        ],
      },
      gives: [
        { period: '2026-07', raw: null, clean: null },
        { period: '2026-06', raw: -1, clean: -1 },
        { period: '2026-05', slice: 'owner:u2', raw: -1, clean: -1 },
      ],
    },
  ],
});

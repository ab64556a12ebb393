import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Bookings per active rep',
  description: 'Bookings by the reps who did something in the period',
  unit: 'money',
  inputs: { won: 'bookings', reps: 'active_reps' },
  expression: 'won / nullif(reps, 0)',
  n: 'won',
  dimensions: ['team'],
  doors: { salesops: ['activity'] },
  needs: { Opportunity: ['Amount', 'IsWon'], Task: ['OwnerId', 'IsClosed'] },
  examples: [
    {
      says: 'without activity on record it cannot be measured',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 70, is_won: true, is_closed: true, close_on: '2026-05-10' },
        ],
        fct_activity: [
          { kind: 'task', is_closed: true, done_on: '2026-02-10', owner_id: 'u1' },
          { kind: 'event', done_on: '2026-02-11', owner_id: 'u2' },
        ],
      },
      gives: [
        { period: '2026-02', raw: 50, clean: 50 },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});

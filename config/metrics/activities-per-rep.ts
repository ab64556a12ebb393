import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Activities per active rep',
  description: 'Activities that were done by the reps who did any, in the period',
  unit: 'count',
  inputs: { done: 'activities', reps: 'active_reps' },
  expression: 'done / nullif(reps, 0)',
  n: 'done',
  dimensions: ['team'],
  doors: { salesops: ['activity'] },
  needs: { Task: ['OwnerId', 'IsClosed'] },
  examples: [
    {
      says: 'who did nothing is no active rep, and without any there is no number, not 0',
      rows: {
        fct_activity: [
          { kind: 'task', is_closed: true, done_on: '2026-02-10', owner_id: 'u1' },
          { kind: 'task', is_closed: true, done_on: '2026-02-10', owner_id: 'u1' },
          { kind: 'event', done_on: '2026-02-11', owner_id: 'u2' },
          { kind: 'task', is_closed: false, done_on: '2026-04-11', owner_id: 'u3' },
        ],
      },
      gives: [
        { period: '2026-02', raw: 1.5, clean: 1.5 },
        { period: '2026-04', raw: null, clean: null },
      ],
    },
  ],
});

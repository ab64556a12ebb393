import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Active reps',
  description: 'Owners of activities that were done, in the period',
  unit: 'count',
  fact: 'activity',
  time: 'done_on',
  measure: { aggregate: 'distinct', of: 'rep', where: 'is_done' },
  dimensions: ['team'],
  doors: { salesops: ['activity'] },
  needs: { Task: ['OwnerId', 'IsClosed'] },
  examples: [
    {
      says: 'one rep, however busy',
      rows: {
        fct_activity: [
          { kind: 'task', is_closed: true, done_on: '2026-02-10', owner_id: 'u1' },
          { kind: 'event', done_on: '2026-02-11', owner_id: 'u1' },
          { kind: 'task', is_closed: false, owner_id: 'u2' },
        ],
      },
      gives: [{ period: '2026-02', raw: 1, clean: 1 }],
    },
  ],
});

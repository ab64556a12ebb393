import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Activities done',
  description: 'Tasks and events that are over, by the day they were done; what lies ahead and mass mail are left out',
  unit: 'count',
  fact: 'activity',
  time: 'done_on',
  measure: { aggregate: 'count', where: 'is_done' },
  dimensions: ['owner', 'team', 'kind'],
  doors: { salesops: ['activity'] },
  needs: { Task: ['Status', 'IsClosed'] },
  examples: [
    {
      says: 'a task not done is no activity, nor is a list e-mail, nor a meeting to come',
      rows: {
        fct_activity: [
          { kind: 'task', is_closed: true, done_on: '2026-02-10' },
          { kind: 'task', is_closed: false },
          { kind: 'task', is_closed: true, subtype: 'ListEmail', done_on: '2026-02-10' },
          { kind: 'event', done_on: '2026-02-11' },
          { kind: 'event', done_on: '2027-02-11' },
        ],
      },
      gives: [
        { period: '2026-02', raw: 2, clean: 2 },
        { period: '2027-02', raw: 0, clean: 0 },
      ],
    },
  ],
});

import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Pushes',
  description:
    'Moves of the close date of open deals to a later calendar month, by the day of the move; a later day of the same month is no push',
  unit: 'count',
  fact: 'move',
  time: 'moved_on',
  measure: { aggregate: 'count', where: 'is_push' },
  dimensions: ['owner', 'team'],
  doors: { salesops: ['pipeline'] },
  needs: { OpportunityHistory: ['CloseDate'] },
  examples: [
    {
      says: 'within the month, and of a copy on clean, is none',
      rows: {
        fct_opportunity_move: [
          { opportunity_id: 'a', moved_on: '2026-02-10', from_on: '2026-02-28', to_on: '2026-03-31' },
          { opportunity_id: 'a', moved_on: '2026-03-30', from_on: '2026-03-31', to_on: '2026-05-15' },
          { opportunity_id: 'b', moved_on: '2026-03-30', from_on: '2026-03-10', to_on: '2026-03-31', is_push: false },
          {
            opportunity_id: 'c',
            moved_on: '2026-03-30',
            from_on: '2026-03-10',
            to_on: '2026-04-01',
            counts_in_clean: false,
          },
        ],
      },
      gives: [
        { period: '2026-03', raw: 2, clean: 1 },
        { period: '2026-Q1', raw: 3, clean: 2 },
      ],
    },
  ],
});

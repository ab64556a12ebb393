import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Sales cycle by cohort',
  description:
    'Mean days to close of won deals, by the day they were created; young cohorts hold their quick wins only',
  unit: 'days',
  fact: 'opportunity',
  time: 'created_on',
  measure: { aggregate: 'average', of: 'cycle_days', where: 'is_won' },
  dimensions: ['owner', 'team', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['CreatedDate', 'CloseDate', 'IsWon'] },
  examples: [
    {
      says: 'a deal belongs to the month it was created in',
      rows: {
        fct_opportunity: [
          {
            amount: 1,
            is_won: true,
            is_closed: true,
            close_on: '2026-03-10',
            created_on: '2026-01-10',
            cycle_days: 59,
          },
          {
            amount: 1,
            is_won: true,
            is_closed: true,
            close_on: '2026-03-11',
            created_on: '2026-03-01',
            cycle_days: 10,
          },
        ],
      },
      gives: [
        { period: '2026-01', raw: 59, clean: 59 },
        { period: '2026-03', raw: 10, clean: 10 },
      ],
    },
  ],
});

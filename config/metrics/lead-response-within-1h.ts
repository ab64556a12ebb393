import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  numerator: { aggregate: 'count', where: 'is_answered and hours <= 1' },
  denominator: { aggregate: 'count' },
  title: 'Answered within an hour',
  description:
    'Leads with a call, e-mail or event from us within an hour of their creation, of all leads, also of those nobody answered',
  unit: 'rate',
  fact: 'lead_response',
  time: 'created_on',
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['response'], salesops: ['response'] },
  needs: { Lead: ['CreatedDate'], Task: ['WhoId', 'CompletedDateTime', 'TaskSubtype'] },
  examples: [
    {
      says: 'on clean the clock starts at the first inquiry of the person, and any record of the person stops it',
      rows: {
        fct_lead_response: [
          {
            created_on: '2026-03-02',
            answered_on_raw: '2026-03-02',
            response_hours_raw: 0.5,
            answered_on: '2026-03-02',
            response_hours: 0.5,
          },
          // The person asked again, and the second inquiry was worked.
          { created_on: '2026-03-03', answered_on: '2026-03-06', response_hours: 70 },
          { created_on: '2026-03-06', counts_in_clean: false, answered_on_raw: '2026-03-06', response_hours_raw: 1 },
          { created_on: '2026-03-07' },
          // Done on a day, and nobody says when.
          { created_on: '2026-03-08', answered_on_raw: '2026-03-09', answered_on: '2026-03-09' },
          // The meeting lies ahead.
          {
            created_on: '2026-03-09',
            answered_on_raw: '2026-09-01',
            response_hours_raw: 4000,
            answered_on: '2026-09-01',
            response_hours: 4000,
          },
        ],
      },
      gives: [{ period: '2026-03', raw: 0.333333333, clean: 0.2 }],
    },
  ],
});

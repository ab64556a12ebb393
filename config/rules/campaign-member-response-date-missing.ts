import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'CampaignMember',
  field: 'first_responded_on',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Campaign member that answered on no day',
  applies: `r.has_responded`,
  violated: `r.first_responded_on is null`,
  advice: 'Set the status again, so that Salesforce writes the day of the first answer.',
  examples: {
    violated: [{ has_responded: true }],
    kept: [{ has_responded: true, first_responded_on: '2026-05-01' }, { has_responded: false }],
  },
});

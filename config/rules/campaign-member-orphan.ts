import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'CampaignMember',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Campaign member that is nobody',
  violated: `r.lead_id is null and r.contact_id is null`,
  advice: 'Remove the member, or add the lead or contact it stood for.',
  examples: {
    violated: [{ campaign_id: '701000000000001AAA' }],
    kept: [{ lead_id: '00Q000000000001AAA' }, { contact_id: '003000000000001AAA' }],
  },
});

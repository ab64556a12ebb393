import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'is_converted',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Converted lead without a contact',
  applies: `r.is_converted`,
  violated: `r.converted_contact_id is null`,
  advice: 'Find or create the contact; the history of the lead belongs to nobody.',
  examples: {
    violated: [{ is_converted: true }],
    kept: [{ is_converted: true, converted_contact_id: '003000000000001AAA' }, { is_converted: false }],
  },
});

import { defineRule } from '../../src/model/rule.ts';
import { sharedByLeads, sharedCount } from '../shared-phone.ts';

export default defineRule({
  object: 'Lead',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  nightly: true,
  title: 'Lead with a phone number of {count} or more unrelated companies',
  parameters: sharedCount('companies'),
  applies: `coalesce(r.phone, r.mobile_phone) is not null and r.is_converted is not true`,
  violated: sharedByLeads,
  advice: 'Ask for the number of this person; the one written here is on leads of other companies too.',
  examples: {
    violated: [{ connection_id: 'shares a line', phone: '020 7946 0958' }],
    kept: [
      { connection_id: 'shares a line', phone: '+44 20 7946 0959' },
      { connection_id: 'shares a line', phone: '+44 20 7946 0958', is_converted: true },
    ],
  },
});

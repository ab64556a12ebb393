import { defineRule } from '../../src/model/rule.ts';
import { sharedByContacts, sharedCount } from '../shared-phone.ts';

export default defineRule({
  object: 'Contact',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  nightly: true,
  title: 'Contact with a phone number of {count} or more unrelated companies',
  parameters: sharedCount('companies'),
  applies: `coalesce(r.phone, r.mobile_phone) is not null`,
  violated: sharedByContacts,
  advice: 'Ask for the number of this person; the one written here is on people of other companies too.',
  examples: {
    violated: [{ connection_id: 'shares a line', phone: '+44 20 7946 0958' }],
    kept: [
      { connection_id: 'shares a line', phone: '+44 20 7946 0959' },
      { connection_id: 'another org', phone: '+44 20 7946 0958' },
      { connection_id: 'shares a line', phone: null },
    ],
  },
});

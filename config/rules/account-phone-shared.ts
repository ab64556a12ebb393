import { defineRule } from '../../src/model/rule.ts';
import { sharedByAccounts, sharedCount } from '../shared-phone.ts';

export default defineRule({
  object: 'Account',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  nightly: true,
  title: 'Account with a phone number of {count} or more unrelated companies',
  parameters: sharedCount('companies'),
  applies: `r.phone is not null`,
  violated: sharedByAccounts,
  advice: 'Write the number of the company itself; the one written here is on other companies too.',
  examples: {
    violated: [{ connection_id: 'shares a line', phone: '+44 20 7946 0958' }],
    kept: [
      { connection_id: 'shares a line', phone: '+44 20 7946 0959' },
      { connection_id: 'shares a line', phone: null },
    ],
  },
});

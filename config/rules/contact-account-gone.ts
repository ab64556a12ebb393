import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'account_id',
  dimension: 'consistency',
  severity: 'critical',
  nightly: true,
  title: 'Contact whose account was deleted or merged away',
  applies: `r.account_id is not null`,
  violated: `exists (select from standard.account a where a.connection_id = r.connection_id and a.id = r.account_id and a.is_deleted)`,
  advice: 'Move the contact to the account that is left, or delete it too.',
  examples: {
    violated: [{ connection_id: 'has a deleted account', account_id: 'a1' }],
    kept: [
      { connection_id: 'has a deleted account', account_id: 'a2' },
      { connection_id: 'has a deleted account', account_id: null },
    ],
  },
});

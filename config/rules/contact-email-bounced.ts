import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'email',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Contact whose e-mail bounced',
  applies: `r.email is not null`,
  violated: `r.email_bounced_at is not null`,
  advice: 'Ask for the new address; the person has probably left the company.',
  examples: {
    violated: [{ email: 'ana@example.com', email_bounced_at: '2026-05-29T00:00:00.000Z' }],
    kept: [{ email: 'ana@example.com' }, { email: null, email_bounced_at: '2026-05-29T00:00:00.000Z' }],
  },
});

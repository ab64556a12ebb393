import { defineEntity } from '../../src/model/entity.ts';

export default defineEntity({
  name: 'person',
  plural: 'people',
  description: 'One human being, from all their contacts, leads and person accounts.',
  idPrefix: 'per',
  matcher: 'person',
  fields: {
    first_name: { kind: 'given-name', description: 'Given name', with: 'last_name' },
    last_name: { kind: 'family-name', description: 'Family name' },
    email: {
      kind: 'email',
      description: 'E-mail',
      survivor: ['valid-first', 'newest'],
      doubt: {
        Contact: 'r.email_bounced_at is not null',
        Lead: 'r.email_bounced_at is not null',
        Account: 'r.person_email_bounced_at is not null',
      },
    },
    emails: { kind: 'email', description: 'All e-mails, the newest first', survivor: 'union', of: 'email' },
    phone: { kind: 'phone', description: 'Phone', survivor: ['valid-first', 'newest'] },
    phones: { kind: 'phone', description: 'All phones, the newest first', survivor: 'union', of: 'phone' },
    title: { kind: 'title', description: 'Job title' },
    company: { kind: 'company-name', description: 'Company as written on a lead' },
    company_id: { kind: 'id', entity: 'company', description: 'Account the person belongs to' },
    street: { kind: 'street', description: 'Street' },
    city: { kind: 'city', description: 'City', with: 'street' },
    state: { kind: 'state', description: 'State or province', with: 'street' },
    postal_code: { kind: 'postal-code', description: 'Postal code', with: 'street' },
    country: { kind: 'country', description: 'Country', with: 'street' },
    birth_date: { kind: 'date', description: 'Day of birth' },
    has_opted_out: { kind: 'text', description: 'Wants no e-mail', survivor: 'any-true' },
  },
  became: [{ object: 'Lead', column: 'converted_contact_id' }],
  money: { object: 'Opportunity', column: 'account_id', amount: 'amount', when: 'not r.is_closed', by: 'company_id' },
});

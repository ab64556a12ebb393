import { defineEntity } from '../../src/model/entity.ts';

export default defineEntity({
  name: 'company',
  plural: 'companies',
  description: 'One company, from all its accounts and leads.',
  idPrefix: 'com',
  matcher: 'company',
  fields: {
    name: { kind: 'company-name', description: 'Name', survivor: 'most-frequent' },
    website: { kind: 'website', description: 'Website', survivor: ['valid-first', 'newest'] },
    phone: { kind: 'phone', description: 'Phone', survivor: ['valid-first', 'newest'] },
    street: { kind: 'street', description: 'Street' },
    city: { kind: 'city', description: 'City', with: 'street' },
    state: { kind: 'state', description: 'State or province', with: 'street' },
    postal_code: { kind: 'postal-code', description: 'Postal code', with: 'street' },
    country: { kind: 'country', description: 'Country', with: 'street' },
    industry: { kind: 'text', description: 'Industry' },
    employee_count: { kind: 'number', description: 'Employees' },
  },
  became: [{ object: 'Lead', column: 'converted_account_id' }],
  apart: [{ object: 'Account', column: 'parent_id' }],
  money: { object: 'Opportunity', column: 'account_id', amount: 'amount', when: 'not r.is_closed' },
});

import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Account',
  description: 'A company as the org knows it.',
  required: true,
  label: 'name',
  owner: 'owner_id',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name of the company' },
    parent_id: { from: 'ParentId', type: 'id', description: 'Parent account' },
    type: { from: 'Type', type: 'text', description: 'Kind of relation' },
    website: { from: 'Website', type: 'text', description: 'Website as written' },
    phone: { from: 'Phone', type: 'text', description: 'Main phone as written' },
    industry: { from: 'Industry', type: 'text', description: 'Industry' },
    number_of_employees: { from: 'NumberOfEmployees', type: 'number', description: 'Employees' },
    annual_revenue: { from: 'AnnualRevenue', type: 'number', description: 'Yearly revenue in the record currency' },
    billing_street: { from: 'BillingStreet', type: 'text', description: 'Street' },
    billing_city: { from: 'BillingCity', type: 'text', description: 'City' },
    billing_state: { from: 'BillingState', type: 'text', description: 'State or province' },
    billing_postal_code: { from: 'BillingPostalCode', type: 'text', description: 'Postal code' },
    billing_country: { from: 'BillingCountry', type: 'text', description: 'Country' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
    last_activity_on: {
      from: 'LastActivityDate',
      type: 'date',
      description: 'Day of the last activity; may lie in the future',
    },
  },
  entities: {
    company: {
      name: 'Name',
      website: 'Website',
      phone: 'Phone',
      street: 'BillingStreet',
      city: 'BillingCity',
      state: 'BillingState',
      postal_code: 'BillingPostalCode',
      country: 'BillingCountry',
      industry: 'Industry',
      employee_count: 'NumberOfEmployees',
    },
  },
});

import { defineEntity } from '../../src/model/entity.ts';

export default defineEntity({
  name: 'deal',
  plural: 'deals',
  description: 'One deal, however often it was entered.',
  idPrefix: 'dea',
  matcher: 'deal',
  after: ['company'],
  fields: {
    name: { kind: 'text', description: 'Name of the deal', survivor: ['most-frequent', 'newest'] },
    company_id: { kind: 'id', entity: 'company', description: 'Account the deal belongs to' },
    amount: { kind: 'number', description: 'Amount' },
    close_on: { kind: 'date', description: 'Day it closed or is expected to' },
    stage: { kind: 'text', description: 'Stage' },
    created_on: { kind: 'date', description: 'Day it was created', survivor: 'oldest' },
    owner: { kind: 'text', description: 'Owner, a user' },
    type: { kind: 'text', description: 'New or existing business' },
    lead_source: { kind: 'text', description: 'Where it came from' },
    currency: { kind: 'text', description: 'Currency of the amount' },
    is_won: { kind: 'text', description: 'Won', survivor: 'any-true' },
    is_closed: { kind: 'text', description: 'Closed, won or lost' },
  },
  money: { object: 'Opportunity', column: 'id', amount: 'amount', when: 'not r.is_closed' },
});

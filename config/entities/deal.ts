import { defineEntity } from '../../src/model/entity.ts';
import type { Entity } from '../types.ts';

/** Of copies the won one counts, else an open one, else the lost one: what happened to the deal, it says. */
const asItWent: Pick<Entity['fields'][string], 'survivor' | 'prefer'> = {
  survivor: ['value-priority', 'newest'],
  prefer: {
    values: [
      { field: 'is_won', is: 'true' },
      { field: 'is_closed', is: 'false' },
    ],
  },
};

export default defineEntity({
  name: 'deal',
  plural: 'deals',
  description: 'One deal, however often it was entered.',
  idPrefix: 'dea',
  matcher: 'deal',
  // An account stands for a company or, as a person account, for a person.
  after: ['company', 'person'],
  fields: {
    name: { kind: 'text', description: 'Name of the deal', survivor: ['most-frequent', 'newest'] },
    company_id: { kind: 'id', entity: 'company', description: 'Account the deal belongs to' },
    amount: { kind: 'number', description: 'Amount', ...asItWent },
    currency: { kind: 'text', description: 'Currency of the amount', with: 'amount' },
    close_on: { kind: 'date', description: 'Day it closed or is expected to', ...asItWent },
    stage: { kind: 'text', description: 'Stage', ...asItWent },
    created_on: { kind: 'date', description: 'Day it was created', survivor: 'smallest' },
    owner: { kind: 'text', description: 'Owner, a user', ...asItWent },
    type: { kind: 'text', description: 'New or existing business' },
    lead_source: { kind: 'text', description: 'Where it came from' },
    is_won: { kind: 'text', description: 'Won', survivor: 'any-true' },
    is_closed: { kind: 'text', description: 'Closed, won or lost', ...asItWent },
  },
  money: { object: 'Opportunity', column: 'id', amount: 'amount', when: 'not r.is_closed' },
});

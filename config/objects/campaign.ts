import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Campaign',
  description: 'A marketing campaign.',
  label: 'name',
  owner: 'owner_id',
  segments: { type: 'type', status: 'status' },
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    type: { from: 'Type', type: 'text', description: 'Channel' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    start_on: { from: 'StartDate', type: 'date', description: 'First day' },
    end_on: { from: 'EndDate', type: 'date', description: 'Last day' },
    actual_cost: { from: 'ActualCost', type: 'number', description: 'Money spent' },
    budgeted_cost: { from: 'BudgetedCost', type: 'number', description: 'Money planned' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'Running' },
    parent_id: { from: 'ParentId', type: 'id', description: 'Parent campaign' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});

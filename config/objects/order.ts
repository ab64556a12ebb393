import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Order',
  description: 'What a customer ordered.',
  feature: 'orders',
  label: 'order_number',
  owner: 'owner_id',
  amount: 'total_amount',
  fields: {
    order_number: { from: 'OrderNumber', type: 'text', description: 'Number' },
    account_id: { from: 'AccountId', type: 'id', description: 'Account that ordered' },
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal it came from' },
    contract_id: { from: 'ContractId', type: 'id', description: 'Contract it belongs to' },
    original_order_id: { from: 'OriginalOrderId', type: 'id', description: 'Order that it reduces' },
    status_code: { from: 'StatusCode', type: 'text', description: 'Status as Salesforce sets it, e.g. Activated' },
    type: { from: 'Type', type: 'text', description: 'Kind' },
    is_reduction: { from: 'IsReductionOrder', type: 'boolean', description: 'Reduces another order' },
    effective_on: { from: 'EffectiveDate', type: 'date', description: 'First day' },
    end_on: { from: 'EndDate', type: 'date', description: 'Last day' },
    total_amount: { from: 'TotalAmount', type: 'number', description: 'Amount in the record currency' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});

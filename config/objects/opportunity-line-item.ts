import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunityLineItem',
  description: 'A product on a deal.',
  feature: 'products',
  amount: 'total_price',
  fields: {
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal' },
    product_id: { from: 'Product2Id', type: 'id', description: 'Product' },
    quantity: { from: 'Quantity', type: 'number', description: 'Quantity' },
    unit_price: { from: 'UnitPrice', type: 'number', description: 'Price of one, in the record currency' },
    total_price: {
      from: 'TotalPrice',
      type: 'number',
      description: 'Price of all after discount, in the record currency',
    },
    service_on: { from: 'ServiceDate', type: 'date', description: 'Day it is delivered or starts' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
  },
});

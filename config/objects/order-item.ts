import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OrderItem',
  description: 'A product on an order.',
  feature: 'orders',
  amount: 'total_price',
  fields: {
    order_id: { from: 'OrderId', type: 'id', description: 'Order' },
    product_id: { from: 'Product2Id', type: 'id', description: 'Product' },
    original_order_item_id: { from: 'OriginalOrderItemId', type: 'id', description: 'Item that it reduces' },
    quantity: { from: 'Quantity', type: 'number', description: 'Quantity' },
    unit_price: { from: 'UnitPrice', type: 'number', description: 'Price of one, in the record currency' },
    total_price: { from: 'TotalPrice', type: 'number', description: 'Price of all, in the record currency' },
    service_on: { from: 'ServiceDate', type: 'date', description: 'First day' },
    end_on: { from: 'EndDate', type: 'date', description: 'Last day' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
  },
});

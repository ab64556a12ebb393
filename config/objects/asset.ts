import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Asset',
  description: 'A product that a customer has.',
  feature: 'assets',
  label: 'name',
  owner: 'owner_id',
  amount: 'price',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    account_id: { from: 'AccountId', type: 'id', description: 'Account' },
    contact_id: { from: 'ContactId', type: 'id', description: 'Contact' },
    product_id: { from: 'Product2Id', type: 'id', description: 'Product' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    is_competitor: { from: 'IsCompetitorProduct', type: 'boolean', description: 'A product of a competitor' },
    quantity: { from: 'Quantity', type: 'number', description: 'Quantity' },
    price: { from: 'Price', type: 'number', description: 'Price paid, in the record currency' },
    purchase_on: { from: 'PurchaseDate', type: 'date', description: 'Day it was bought' },
    install_on: { from: 'InstallDate', type: 'date', description: 'Day it was installed' },
    usage_end_on: { from: 'UsageEndDate', type: 'date', description: 'Last day of use' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});

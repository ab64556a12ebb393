import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Product2',
  description: 'A product or service that is sold.',
  feature: 'products',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    product_code: { from: 'ProductCode', type: 'text', description: 'Code' },
    family: { from: 'Family', type: 'text', description: 'Product family' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'Can be sold' },
  },
});

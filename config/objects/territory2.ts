import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Territory2',
  description: 'A sales territory.',
  feature: 'sales territories',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    parent_territory_id: { from: 'ParentTerritory2Id', type: 'id', description: 'Territory above' },
    model_id: { from: 'Territory2ModelId', type: 'id', description: 'Model it is part of' },
    type_id: { from: 'Territory2TypeId', type: 'id', description: 'Kind' },
    forecast_user_id: { from: 'ForecastUserId', type: 'id', description: 'Manager of its forecast, a user' },
  },
});

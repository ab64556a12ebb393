import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'RecordType',
  description: 'A kind of record that an org keeps apart, with a layout of its own.',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    developer_name: { from: 'DeveloperName', type: 'text', description: 'API name' },
    sobject_type: { from: 'SobjectType', type: 'text', description: 'Object' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'In use' },
  },
});

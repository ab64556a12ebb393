import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Contract',
  description: 'An agreement with an account.',
  feature: 'contracts',
  label: 'contract_number',
  owner: 'owner_id',
  fields: {
    contract_number: { from: 'ContractNumber', type: 'text', description: 'Number' },
    account_id: { from: 'AccountId', type: 'id', description: 'Account that signed' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    status_code: { from: 'StatusCode', type: 'text', description: 'Status as Salesforce sets it, e.g. Activated' },
    start_on: { from: 'StartDate', type: 'date', description: 'First day' },
    end_on: { from: 'EndDate', type: 'date', description: 'Last day' },
    term_months: { from: 'ContractTerm', type: 'number', description: 'Months it runs' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});

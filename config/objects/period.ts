import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Period',
  description:
    'A fiscal week, month, quarter or year as the org defined it; orgs with custom fiscal years live by them.',
  label: 'full_label',
  fields: {
    fiscal_year_settings_id: { from: 'FiscalYearSettingsId', type: 'id', description: 'Fiscal year it is part of' },
    type: { from: 'Type', type: 'text', description: 'Week, Month, Quarter or Year' },
    start_on: { from: 'StartDate', type: 'date', description: 'First day' },
    end_on: { from: 'EndDate', type: 'date', description: 'Last day' },
    number: { from: 'Number', type: 'number', description: 'Place in its year, where the org numbers its periods' },
    full_label: { from: 'FullyQualifiedLabel', type: 'text', description: 'Name, e.g. Quarter 1 FY 2027' },
  },
});

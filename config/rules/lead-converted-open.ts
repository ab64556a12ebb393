import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'status',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Converted lead that still looks open',
  parameters: {
    statuses: {
      type: 'words',
      description: 'Statuses of leads that are still worked on',
      default: ['open', 'new', 'working', 'nurturing', 'contacted', 'open - not contacted', 'working - contacted'],
    },
  },
  applies: `r.is_converted and r.status is not null`,
  violated: `lower(r.status) = any (:statuses)`,
  advice: 'Set the status to the one your org uses for converted leads.',
  examples: {
    violated: [
      { is_converted: true, status: 'Open - Not Contacted' },
      { is_converted: true, status: 'Working' },
    ],
    kept: [
      { is_converted: true, status: 'Closed - Converted' },
      { is_converted: false, status: 'Working' },
    ],
  },
});

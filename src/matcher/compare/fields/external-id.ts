/** The ids that another system gave two records. */
import type { FieldComparison } from '../comparison.ts';
import { compareIds } from '../kinds/id.ts';

const externalId = compareIds('external_id', 'external_id');

export default {
  person: { order: 100, comparison: externalId },
  company: { order: 80, comparison: externalId },
} satisfies FieldComparison;

/** The birth dates of two people. */
import type { FieldComparison } from '../comparison.ts';
import { compareDates } from '../kinds/date.ts';

export default {
  person: { order: 80, comparison: compareDates('birth_date', 'birth_date') },
} satisfies FieldComparison;

/** The birth dates of two people: of two known names in one house they are those of twins. */
import type { FieldComparison } from '../comparison.ts';
import { all, any, same } from '../condition.ts';
import { compareDates } from '../kinds/date.ts';
import { knownApart } from '../names.ts';

const dates = compareDates('birth_date', 'birth_date');
const through = dates.levels.findIndex(({ key }) => key === 'exchanged');
const twins = all(knownApart, same('last'), any(same('phone'), same('street'), same('email'), same('postal_code')));

export default {
  person: {
    order: 80,
    comparison: {
      ...dates,
      isKept: true,
      gates: [{ from: 0, through, bits: 0, shut: twins, because: 'as twins have', reads: 'first' }],
    },
  },
} satisfies FieldComparison;
